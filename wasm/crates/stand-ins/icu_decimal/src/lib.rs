//! The C locale's decimal point, and its groups, which nothing separates.

pub mod provider {
    use icu_provider::prelude::{DataError, DataPayload, DataRequest, DataResponse};

    pub struct DecimalSymbolsV1;

    impl DecimalSymbolsV1 {
        pub fn decimal_separator(&self) -> &'static str {
            "."
        }

        pub fn grouping_separator(&self) -> &'static str {
            ""
        }
    }

    pub struct Baked;

    impl Baked {
        pub fn load(&self, _request: DataRequest) -> Result<DataResponse<DecimalSymbolsV1>, DataError> {
            Ok(DataResponse { payload: DataPayload(DecimalSymbolsV1) })
        }
    }
}
