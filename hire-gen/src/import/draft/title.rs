//! English titles from the official names of operations: `message` and `create` → `Create a message`.

use crate::import::spelling::{one, plural};

/// The title of an operation with one of the usual actions; other actions say too little about their grammar.
pub(super) fn of(resource: &str, action: &str) -> Option<String> {
    let noun = words(resource)?;
    if let Some(action) = action.strip_suffix("_v2") {
        return of(resource, action).map(|title| format!("{title} (v2)"));
    }
    if let Some((action, by)) = action.split_once("_by_") {
        let by = if by == "no" { "number".to_owned() } else { words(by)? };
        return Some(format!("{} by {by}", of(resource, action)?));
    }
    usual(&noun, action).or_else(|| of_part(&noun, action)).or_else(|| of_object(&noun, action))
}

/// `app.table_field` → `app table field`
fn words(name: &str) -> Option<String> {
    let words = name.replace(['_', '.'], " ");
    let fits = words.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b' ');
    (fits && !words.is_empty()).then_some(words)
}

/// A verb and what it is about.
fn usual(noun: &str, action: &str) -> Option<String> {
    if let Some(verb) =
        action.strip_prefix("batch_").and_then(verb).filter(|(verb, many)| !many || *verb == "Query")
    {
        return Some(format!("{} several {}", verb.0, plural(noun)));
    }
    match action {
        "batch_list" | "mget" => return usual(noun, "batch_get"),
        "unsubscribe" | "unsubscription" => return Some(format!("Unsubscribe from {}", one(noun))),
        _ => {}
    }
    let (verb, many) = verb(action)?;
    Some(if many { format!("{verb} {}", plural(noun)) } else { format!("{verb} {}", one(noun)) })
}

/// The verb of an action, and whether it is about many.
fn verb(action: &str) -> Option<(&'static str, bool)> {
    Some(match action {
        "count" => ("Count", true),
        "filter" => ("Filter", true),
        "find" => ("Find", true),
        "list" => ("List", true),
        "query" => ("Query", true),
        "reorder" => ("Reorder", true),
        "search" => ("Search", true),
        "sort" => ("Sort", true),
        "accept" => ("Accept", false),
        "activate" => ("Activate", false),
        "add" => ("Add", false),
        "approve" => ("Approve", false),
        "archive" => ("Archive", false),
        "assign" => ("Assign", false),
        "basic_recognize" | "recognize" => ("Recognize", false),
        "bind" => ("Bind", false),
        "calculate" => ("Calculate", false),
        "cancel" => ("Cancel", false),
        "check" => ("Check", false),
        "close" => ("Close", false),
        "complete" => ("Complete", false),
        "confirm" => ("Confirm", false),
        "convert" | "transform" => ("Convert", false),
        "copy" => ("Copy", false),
        "create" => ("Create", false),
        "deactivate" => ("Deactivate", false),
        "del" | "delete" => ("Delete", false),
        "detect" => ("Detect", false),
        "disable" => ("Disable", false),
        "download" => ("Download", false),
        "enable" => ("Enable", false),
        "end" => ("End", false),
        "execute" => ("Execute", false),
        "export" => ("Export", false),
        "finish" => ("Finish", false),
        "forward" => ("Forward", false),
        "freeze" => ("Freeze", false),
        "generate" => ("Generate", false),
        "get" => ("Get", false),
        "grant" => ("Grant", false),
        "import" => ("Import", false),
        "initiate" => ("Initiate", false),
        "install" => ("Install", false),
        "join" => ("Join", false),
        "leave" => ("Leave", false),
        "lock" => ("Lock", false),
        "match" => ("Match", false),
        "merge" => ("Merge", false),
        "modify" | "patch" => ("Change", false),
        "move" => ("Move", false),
        "open" => ("Open", false),
        "parse" => ("Parse", false),
        "pause" => ("Pause", false),
        "preview" => ("Preview", false),
        "process" => ("Process", false),
        "publish" => ("Publish", false),
        "read" => ("Read", false),
        "recover" => ("Recover", false),
        "refresh" => ("Refresh", false),
        "reject" => ("Reject", false),
        "release" => ("Release", false),
        "remind" => ("Send a reminder about", false),
        "remove" => ("Remove", false),
        "rename" => ("Rename", false),
        "reopen" => ("Reopen", false),
        "replace" => ("Replace", false),
        "reply" => ("Reply to", false),
        "reset" => ("Reset", false),
        "restore" => ("Restore", false),
        "resubmit" => ("Resubmit", false),
        "resume" => ("Resume", false),
        "retry" => ("Retry", false),
        "revoke" => ("Revoke", false),
        "rollback" => ("Roll back", false),
        "run" => ("Run", false),
        "save" => ("Save", false),
        "send" => ("Send", false),
        "set" => ("Set", false),
        "share" => ("Share", false),
        "start" => ("Start", false),
        "stop" => ("Stop", false),
        "submit" => ("Submit", false),
        "subscribe" | "subscription" => ("Subscribe to", false),
        "sync" => ("Synchronize", false),
        "terminate" => ("Terminate", false),
        "transfer" => ("Transfer", false),
        "translate" => ("Translate", false),
        "unarchive" => ("Unarchive", false),
        "unbind" => ("Unbind", false),
        "unlock" => ("Unlock", false),
        "unpublish" => ("Unpublish", false),
        "update" => ("Update", false),
        "upload" => ("Upload", false),
        "upsert" => ("Create or update", false),
        "urge" => ("Send a reminder about", false),
        "validate" => ("Validate", false),
        "verify" => ("Verify", false),
        "withdraw" => ("Withdraw", false),
        "write" => ("Write", false),
        _ => return None,
    })
}

/// An action that is the name of what one gets.
fn of_part(noun: &str, action: &str) -> Option<String> {
    match action {
        "detail" | "details" => Some(format!("Get {} in detail", one(noun))),
        "tree" => Some(format!("Get the tree of {}", plural(noun))),
        "stat" | "stats" | "statistics" => Some(format!("Get the statistics of {}", plural(noun))),
        "children" | "members" => Some(format!("List the {action} of {}", one(noun))),
        "content" | "history" | "progress" | "result" | "status" => {
            Some(format!("Get the {action} of {}", one(noun)))
        }
        "read_users" => Some(format!("List the users who have read {}", one(noun))),
        "invite" => Some(format!("Invite users to {}", one(noun))),
        _ => None,
    }
}

/// `department` and `query_recent_change` → `Query the recent changes of a department`
fn of_object(noun: &str, action: &str) -> Option<String> {
    // These lead on to something else than an object.
    const OTHERS: [&str; 9] = ["all", "and", "batch", "for", "from", "in", "multi", "to", "with"];
    let (first, object) = action.split_once('_')?;
    let object = words(object)?;
    if object.split(' ').any(|word| OTHERS.contains(&word)) || verb(&object).is_some() {
        return None;
    }
    let owner = one(noun);
    match first {
        "list" | "query" | "search" => Some(format!("{} the {} of {owner}", verb(first)?.0, plural(&object))),
        "add" => Some(format!("Add {} to {owner}", one(&object))),
        "remove" => Some(format!("Remove {} from {owner}", one(&object))),
        "delete" | "get" | "set" | "update" => Some(format!("{} the {object} of {owner}", verb(first)?.0)),
        _ => None,
    }
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
        assert_eq!(title("form", "submit"), "Submit a form");
        assert_eq!(title("ticket", "batch_export"), "Export several tickets");
        assert_eq!(title("leave_quota", "batch_query"), "Query several leave quotas");
        assert_eq!(title("custom_field", "upsert"), "Create or update a custom field");
        assert_eq!(title("v2", "get"), "");
    }

    #[test]
    fn actions_that_are_nouns_have_titles() {
        let title = |resource, action| of(resource, action).unwrap_or_default();
        assert_eq!(title("department", "tree"), "Get the tree of departments");
        assert_eq!(title("message", "read_users"), "List the users who have read a message");
        assert_eq!(title("exam", "result"), "Get the result of an exam");
        assert_eq!(title("department", "query_recent_change"), "Query the recent changes of a department");
        assert_eq!(title("user", "get_setting"), "Get the setting of a user");
        assert_eq!(title("tasklist", "add_members"), "Add members to a tasklist");
        assert_eq!(title("task", "remove_reminder"), "Remove a reminder from a task");
        assert_eq!(title("user", "query_all"), "");
    }

    #[test]
    fn versions_and_criteria_follow_the_title() {
        let title = |resource, action| of(resource, action).unwrap_or_default();
        assert_eq!(title("employee", "batch_get_v2"), "Get several employees (v2)");
        assert_eq!(title("cost_center", "list_by_user_group"), "List cost centers by user group");
        assert_eq!(title("employee", "list_by_"), "");
    }
}
