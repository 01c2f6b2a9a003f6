//! Keys of other formats for keys of the language.

/// The keys of the language that a key may mean, in a mapping with these keys; the caller drops others.
pub(crate) fn meant(written: &str, known: &[&str]) -> &'static [&'static str] {
    let plain: String = written.chars().filter(|c| !matches!(c, '_' | '-' | ' ')).collect();
    match plain.to_lowercase().as_str() {
        "apptypes" | "apptype" | "app" => &["apps"],
        "accesstokens" | "accesstoken" | "tokentypes" | "tokentype" | "token" | "auth" | "authorization"
        | "security" => &["tokens"],
        "url" | "uri" | "route" | "endpoint" | "apipath" | "urlpath" => &["path"],
        "verb" | "httpmethod" => &["method"],
        "permissions" | "permission" | "scope" => &["scopes"],
        "ratelimit" | "ratelimits" | "limit" | "rate" | "frequency" | "频率限制" => &["quota"],
        "idempotency" | "idempotent" => &["safety"],
        "pagination" | "paginated" | "pages" | "page" => &["paging"],
        "docs" | "docurl" | "doclink" | "documentation" | "externaldocs" | "link" => &["doc"],
        "updated" | "updatedat" | "date" | "lastmodified" => &["revised"],
        // In an endpoint `doc` is an address.
        "description" | "desc" | "remark" | "comment" | "note" | "描述" | "说明" => match known {
            _ if known.contains(&"about") => &["about"],
            _ if known.contains(&"doc") => &["doc"],
            _ => &["label"],
        },
        "summary" => match known {
            _ if known.contains(&"title") => &["title"],
            _ if known.contains(&"doc") => &["doc"],
            _ => &["label"],
        },
        "title" => &["label"],
        "params" | "parameters" | "param" => &["query", "path_params"],
        "queryparams" | "queryparameters" | "querystring" => &["query"],
        "pathparameters" | "pathparam" | "pathvariables" => &["path_params"],
        "header" | "headerparams" | "requestheaders" => &["headers"],
        "request" | "requestbody" | "requestparams" => &["body"],
        "payload" | "event" | "data" => &["body", "fields"],
        "response" | "body" => &["fields"],
        "responses" | "output" | "result" | "returns" | "answer" | "responsebody" => &["response"],
        "definitions" | "schemas" | "structs" | "enums" | "models" | "type" => &["types"],
        "errorcodes" | "errorcode" | "codes" => &["errors"],
        "host" | "hosts" | "server" | "servers" | "baseurl" => &["base_urls"],
        "properties" | "members" | "attributes" => &["fields"],
        "variants" | "options" | "choices" | "items" => &["values"],
        "max" | "最大值" => &["maximum", "max_length", "max_items"],
        "min" | "最小值" => &["minimum", "min_length", "min_items"],
        "length" | "size" | "maxsize" | "maxlen" => &["max_length", "max_items", "max_bytes"],
        "regex" | "regexp" => &["pattern"],
        "mandatory" | "isrequired" | "must" | "必填" => &["required"],
        "requiredif" | "when" | "condition" => &["required_when"],
        "defaultvalue" | "默认值" => &["default"],
        "samplevalue" | "sample" | "示例值" => &["example"],
        "const" | "constant" => &["fixed"],
        "datatype" | "kind" | "类型" => &["type"],
        "secret" | "private" | "personal" => &["sensitive"],
        "alias" | "rename" => &["rust"],
        "null" | "isnullable" => &["nullable"],
        "status" | "httpstatus" | "httpcode" => &["http"],
        "msg" | "message" => &["label"],
        "solution" | "remedy" => &["advice"],
        "exists" | "set" | "isset" => &["present"],
        "includes" | "include" | "has" => &["contains"],
        "in" | "oneof" | "anyof" | "or" => &["any"],
        _ => &[],
    }
}

/// The remedy for a key without a counterpart, in a field or in another mapping.
pub(crate) fn sentence(written: &str, in_field: bool) -> Option<&'static str> {
    match written {
        "fields" | "properties" | "children" | "items" | "enum" | "values" | "choices" | "options"
        | "variants" | "one_of" | "oneOf"
            if in_field =>
        {
            Some(
                "an object or an enum is a type: declare it under `types:`, and write its name as the `type` of this field",
            )
        }
        "optional" if in_field => Some("leave out `required`: a field without it is optional"),
        "required" if !in_field => Some("write `required: true` into each required field"),
        "in" if in_field => Some(
            "the section says where a parameter is: move the field below `path_params:`, `query:`, `headers:` or `body:`",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_other_formats_are_understood() {
        for (written, expected) in [
            ("app_types", &["apps"][..]),
            ("access_tokens", &["tokens"]),
            ("token_types", &["tokens"]),
            ("url", &["path"]),
            ("query_params", &["query"]),
            ("params", &["query", "path_params"]),
            ("requestBody", &["body"]),
            ("responses", &["response"]),
            ("output", &["response"]),
            ("exists", &["present"]),
            ("desc", &["label"]),
            ("zzz", &[]),
        ] {
            assert_eq!(meant(written, &[]), expected, "{written}");
        }
    }
    #[test]
    fn a_description_is_a_key_of_its_mapping() {
        assert_eq!(meant("description", &["title", "doc", "about"]), ["about"]);
        assert_eq!(meant("description", &["type", "doc", "label"]), ["doc"]);
        assert_eq!(meant("summary", &["title", "doc", "about"]), ["title"]);
    }
}
