//! English titles from the official names of operations: `message` and `create` → `Create a message`.

/// The title of an operation with one of the usual actions; other actions say too little about their grammar.
pub(super) fn of(resource: &str, action: &str) -> Option<String> {
    let noun = resource.replace(['_', '.'], " ");
    let fits = noun.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ');
    if !fits || noun.is_empty() {
        return None;
    }
    let (verb, many) = match action {
        "create" => ("Create", false),
        "get" => ("Get", false),
        "update" => ("Update", false),
        "patch" => ("Change", false),
        "delete" => ("Delete", false),
        "list" => ("List", true),
        "search" => ("Search", true),
        "query" => ("Query", true),
        "batch_get" | "mget" => ("Get several", true),
        "batch_query" => ("Query several", true),
        "batch_create" => ("Create several", true),
        "batch_update" => ("Update several", true),
        "batch_delete" => ("Delete several", true),
        "filter" => ("Filter", true),
        "approve" => ("Approve", false),
        "archive" => ("Archive", false),
        "cancel" => ("Cancel", false),
        "check" => ("Check", false),
        "close" => ("Close", false),
        "complete" => ("Complete", false),
        "copy" => ("Copy", false),
        "disable" => ("Disable", false),
        "download" => ("Download", false),
        "enable" => ("Enable", false),
        "end" => ("End", false),
        "export" => ("Export", false),
        "forward" => ("Forward", false),
        "import" => ("Import", false),
        "move" => ("Move", false),
        "open" => ("Open", false),
        "preview" => ("Preview", false),
        "publish" => ("Publish", false),
        "reject" => ("Reject", false),
        "remove" => ("Remove", false),
        "reply" => ("Reply to", false),
        "resubmit" => ("Resubmit", false),
        "restore" => ("Restore", false),
        "revoke" => ("Revoke", false),
        "send" => ("Send", false),
        "set" => ("Set", false),
        "sort" => ("Sort", true),
        "start" => ("Start", false),
        "stop" => ("Stop", false),
        "submit" => ("Submit", false),
        "subscribe" | "subscription" => ("Subscribe to", false),
        "terminate" => ("Terminate", false),
        "transfer" => ("Transfer", false),
        "unsubscribe" | "unsubscription" => ("Unsubscribe from", false),
        "upload" => ("Upload", false),
        _ => return None,
    };
    Some(if many { format!("{verb} {}", plural(&noun)) } else { format!("{verb} {}", one(&noun)) })
}

fn one(noun: &str) -> String {
    if is_plural(noun) {
        return noun.to_owned();
    }
    let vowel = noun.starts_with(['a', 'e', 'i', 'o']);
    format!("{} {noun}", if vowel { "an" } else { "a" })
}

fn plural(noun: &str) -> String {
    if is_plural(noun) {
        return noun.to_owned();
    }
    match noun.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'o', 'u'])) {
        Some(stem) => format!("{stem}ies"),
        None if noun.ends_with(['s', 'x']) || noun.ends_with("ch") || noun.ends_with("sh") => {
            format!("{noun}es")
        }
        None => format!("{noun}s"),
    }
}

/// Also nouns without a singular or without a plural.
fn is_plural(noun: &str) -> bool {
    const OTHERS: [&str; 8] =
        ["access", "children", "content", "data", "info", "information", "media", "people"];
    let last = noun.rsplit(' ').next().unwrap_or_default();
    OTHERS.contains(&last) || last.ends_with('s') && !last.ends_with("ss") && !last.ends_with("us")
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn usual_actions_have_titles() {
        let title = |resource, action| of(resource, action).unwrap_or_default();
        assert_eq!(title("message", "create"), "Create a message");
        assert_eq!(title("app_category", "list"), "List app categories");
        assert_eq!(title("event", "get"), "Get an event");
        assert_eq!(title("reply_address", "batch_get"), "Get several reply addresses");
        assert_eq!(title("chat_members", "create"), "Create chat members");
        assert_eq!(title("block_children", "batch_delete"), "Delete several block children");
        assert_eq!(title("media", "download"), "Download media");
        assert_eq!(title("message", "urgent_app"), "");
        assert_eq!(title("v2", "get"), "");
    }
}
