//! `-w`: what is told of a transfer when it is over.

/// The facts of a transfer.
#[derive(Clone, Default)]
pub struct Facts {
    pub status: u16,
    pub size_download: u64,
    pub size_upload: u64,
    pub size_header: u64,
    pub size_request: u64,
    pub seconds: f64,
    pub url: String,
    pub content_type: String,
    pub redirects: u32,
    pub redirect_url: String,
    pub method: String,
    pub scheme: String,
    pub remote_ip: String,
    pub remote_port: u16,
    pub minor: u8,
    pub connects: u32,
    pub file_name: String,
    pub exit_code: i32,
    pub error: String,
    pub url_number: usize,
    pub headers: Vec<(String, String)>,
}

impl Facts {
    /// Fills in a format: `%{name}`, `%%`, `\n`, `\t`, `\r`. What comes after `%{stderr}` is the second text.
    pub fn fill(&self, format: &str) -> (String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        let mut to_stderr = false;
        let mut rest = format;
        while let Some(letter) = rest.chars().next() {
            let (text, length) = match letter {
                '%' if rest.starts_with("%{") => match rest.find('}') {
                    Some(end) => match &rest[2..end] {
                        "stderr" | "stdout" => {
                            to_stderr = &rest[2..end] == "stderr";
                            (String::new(), end + 1)
                        }
                        name => (self.value(name), end + 1),
                    },
                    None => ("%{".to_owned(), 2),
                },
                '%' if rest.starts_with("%%") => ("%".to_owned(), 2),
                '\\' => match rest[1..].chars().next() {
                    Some('n') => ("\n".to_owned(), 2),
                    Some('t') => ("\t".to_owned(), 2),
                    Some('r') => ("\r".to_owned(), 2),
                    Some(other) => (format!("\\{other}"), 1 + other.len_utf8()),
                    None => ("\\".to_owned(), 1),
                },
                other => (other.to_string(), other.len_utf8()),
            };
            if to_stderr { err.push_str(&text) } else { out.push_str(&text) }
            rest = &rest[length..];
        }
        (out, err)
    }

    fn value(&self, name: &str) -> String {
        match name {
            "http_code" | "response_code" => format!("{:03}", self.status),
            "http_connect" => "000".into(),
            "size_download" => self.size_download.to_string(),
            "size_upload" => self.size_upload.to_string(),
            "size_header" => self.size_header.to_string(),
            "size_request" => self.size_request.to_string(),
            "speed_download" => format!("{:.0}", self.size_download as f64 / self.seconds.max(1e-6)),
            "speed_upload" => format!("{:.0}", self.size_upload as f64 / self.seconds.max(1e-6)),
            "time_total" | "time_starttransfer" | "time_pretransfer" => format!("{:.6}", self.seconds),
            "time_connect" | "time_namelookup" | "time_appconnect" | "time_redirect" => "0.000000".into(),
            "url_effective" | "url" => self.url.clone(),
            "urlnum" => self.url_number.to_string(),
            "content_type" => self.content_type.clone(),
            "num_redirects" => self.redirects.to_string(),
            "num_connects" => self.connects.to_string(),
            "num_headers" => self.headers.len().to_string(),
            "redirect_url" => self.redirect_url.clone(),
            "method" => self.method.clone(),
            "scheme" => self.scheme.to_ascii_uppercase(),
            "remote_ip" => self.remote_ip.clone(),
            "remote_port" => self.remote_port.to_string(),
            "http_version" => if self.status == 0 { "0".into() } else { format!("1.{}", self.minor) },
            "filename_effective" => self.file_name.clone(),
            "exitcode" => self.exit_code.to_string(),
            "errormsg" => self.error.clone(),
            "ssl_verify_result" | "proxy_ssl_verify_result" => "0".into(),
            _ => String::new(),
        }
    }
}
