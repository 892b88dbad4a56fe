//! Requests for locale data in a system whose only locale is C: there is nothing to choose.

pub mod prelude {
    use icu_locale::Locale;

    pub struct DataLocale;

    impl From<Locale> for DataLocale {
        fn from(_locale: Locale) -> Self {
            DataLocale
        }
    }

    pub struct DataIdentifierBorrowed;

    impl DataIdentifierBorrowed {
        pub fn for_locale(_locale: &DataLocale) -> Self {
            DataIdentifierBorrowed
        }
    }

    #[derive(Default)]
    pub struct DataRequestMetadata;

    pub struct DataRequest {
        pub id: DataIdentifierBorrowed,
        pub metadata: DataRequestMetadata,
    }

    pub struct DataPayload<Marker>(pub Marker);

    impl<Marker> DataPayload<Marker> {
        pub fn get(&self) -> &Marker {
            &self.0
        }
    }

    pub struct DataResponse<Marker> {
        pub payload: DataPayload<Marker>,
    }

    /// Never happens.
    #[derive(Debug)]
    pub enum DataError {}
}
