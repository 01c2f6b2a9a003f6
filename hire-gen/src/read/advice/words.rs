//! Words of Feishu's pages, of JSON Schema and of programming languages for words of the language.

/// The words of the language that a word may mean, in any case; the caller drops those that the key does not allow.
pub(crate) fn meant(written: &str) -> &'static [&'static str] {
    match written.trim().to_lowercase().as_str() {
        "boolean" | "布尔" | "布尔值" | "布尔型" => &["bool"],
        "number" | "numeric" | "数字" | "数值" => &["int", "float"],
        "integer" | "整数" | "整型" | "long" | "short" | "bigint" | "usize" | "isize" => &["int"],
        "int8" | "int16" | "int32" | "int64" | "uint" | "uint8" | "uint16" | "uint32" | "uint64" => &["int"],
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" => &["int"],
        "double" | "decimal" | "real" | "float32" | "float64" | "f32" | "f64" | "浮点数" | "小数" => {
            &["float"]
        }
        "str" | "text" | "varchar" | "char" | "字符串" | "字符" | "文本" | "uuid" | "guid" => {
            &["string"]
        }
        "url" | "uri" | "email" | "phone" | "hostname" | "链接" | "邮箱" => &["string"],
        "any" | "dynamic" | "unknown" | "mixed" | "value" | "任意" => &["json"],
        "binary" | "blob" | "文件" => &["file"],
        "byte" | "bytes" | "byte[]" => &["file", "string"],
        "timestamp" | "time" | "datetime" | "date-time" | "date_time" | "unix" | "unixtime" | "epoch"
        | "时间戳" => &["ms", "s"],
        "millisecond" | "milliseconds" | "millis" | "unix_ms" | "timestamp_ms" | "毫秒" | "毫秒时间戳" => {
            &["ms"]
        }
        "second" | "seconds" | "sec" | "secs" | "unix_s" | "timestamp_s" | "秒" | "秒级时间戳" => {
            &["s"]
        }
        "day" | "full-date" | "yyyy-mm-dd" | "日期" => &["date"],
        "tenant_access_token" | "tenant_token" => &["tenant"],
        "user_access_token" | "user_token" => &["user"],
        "app_access_token" | "app_token" => &["app"],
        "custom_app" | "self_built" | "internal" | "自建应用" => &["custom"],
        "store_app" | "isv" | "marketplace" | "商店应用" => &["store"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_in_any_case() {
        for (written, expected) in [
            ("Integer", &["int"][..]),
            ("UINT64", &["int"]),
            ("Double", &["float"]),
            ("Date-Time", &["ms", "s"]),
            ("字符串", &["string"]),
            ("string", &[]),
        ] {
            assert_eq!(meant(written), expected, "{written}");
        }
    }
}
