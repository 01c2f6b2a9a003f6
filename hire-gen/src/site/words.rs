//! The texts of the site itself, in English and in Chinese. Texts of a schema stay unchanged.

/// The language of the site's own texts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    En,
    /// Chinese, as written in mainland China.
    Zh,
}

impl Language {
    /// The tag of the language, and its folder below the other one.
    pub(super) fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh",
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::En => Self::Zh,
            Self::Zh => Self::En,
        }
    }

    /// The name of the language in that language.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::En => "English",
            Self::Zh => "中文",
        }
    }

    /// An English text in this language. A test compares the table with the texts that the site uses.
    pub(super) fn say(self, english: &'static str) -> &'static str {
        match self {
            Self::En => english,
            Self::Zh => CHINESE.iter().find(|(from, _)| *from == english).map_or(english, |(_, to)| to),
        }
    }

    /// `1 field`, `2 fields`; `2 个字段`.
    pub(super) fn counted(self, count: usize, noun: &'static str) -> String {
        match self {
            Self::En if count == 1 => format!("1 {noun}"),
            Self::En => format!("{count} {noun}s"),
            Self::Zh => format!("{count} 个{}", self.say(noun)),
        }
    }
}

/// English texts with their Chinese translation.
const CHINESE: &[(&str, &str)] = &[
    // Around every page.
    ("API reference", "接口参考"),
    (", ", "、"),
    (". ", "。"),
    ("Skip to the content", "跳到正文"),
    ("Menu", "菜单"),
    ("Close", "关闭"),
    ("Search", "搜索"),
    ("Search operations, fields, values and codes", "搜索接口、字段、取值和错误码"),
    ("Results", "搜索结果"),
    ("No results", "没有结果"),
    ("1 result", "1 条结果"),
    ("{n} results", "{n} 条结果"),
    ("{n} results; the first {shown} are shown", "{n} 条结果，显示前 {shown} 条"),
    ("Loading the index …", "正在加载索引……"),
    ("The index could not be loaded.", "索引加载失败。"),
    ("Dark", "深色"),
    ("Light", "浅色"),
    ("Use dark colours", "使用深色主题"),
    ("Use light colours", "使用浅色主题"),
    ("Copy", "复制"),
    ("Copied", "已复制"),
    ("Failed", "失败"),
    ("Open all", "全部展开"),
    ("Close all", "全部收起"),
    ("Site", "站点"),
    ("Overview", "概览"),
    ("Scopes", "权限"),
    ("Errors", "错误码"),
    ("Changes", "变更"),
    ("Changes since ", "变更，自 "),
    ("Nothing has changed.", "没有变更。"),
    ("breaking", "不兼容变更"),
    ("behaviour", "行为变更"),
    ("additive", "新增"),
    ("documentation", "文档变更"),
    ("Types", "类型"),
    ("operation", "接口"),
    ("event", "事件"),
    ("choice", "选项"),
    ("field", "字段"),
    ("value", "取值"),
    ("scope", "权限"),
    ("shared type", "共享类型"),
    // The overview.
    ("Press / to search, in English, Chinese or pinyin.", "按 / 键搜索，支持英文、中文和拼音。"),
    ("Getting started", "快速开始"),
    ("Install", "安装"),
    ("Sign in", "获取凭证"),
    (
        "The client gets a tenant_access_token with the app's ID and secret, caches it, and replaces it before it expires.",
        "客户端使用应用的 App ID 和 App Secret 获取 tenant_access_token，自动缓存，并在过期前更新。",
    ),
    ("First call", "第一次调用"),
    ("Quotas", "频率限制"),
    (
        "Every operation has a quota. The client waits for a free slot, and as long as the rate-limit header requires.",
        "每个接口都有频率限制。客户端会等待可用的配额；被限流时，按响应头要求的时间等待。",
    ),
    ("The code in the body decides, not the HTTP status.", "以响应体中的 code 为准，而不是 HTTP 状态码。"),
    ("Every code, and what to do about it", "全部错误码及处理办法"),
    ("Permissions", "权限"),
    (
        "The planner finds the fewest scopes for the operations that an app calls.",
        "权限规划工具会找出应用所调用的接口需要的最少权限。",
    ),
    ("Operations", "接口列表"),
    ("Events", "事件"),
    (
        "Feishu pushes events to an address of the app, or over a connection that the app opens. Each event has a page with a sample handler.",
        "飞书将事件推送到应用的地址，或通过应用建立的长连接推送。每个事件都有页面和示例处理程序。",
    ),
    // Events.
    ("Event", "事件"),
    ("events", "事件"),
    ("Payload", "事件内容"),
    ("fields of event", "event 中的字段"),
    ("The payload is empty.", "事件内容为空。"),
    ("Delivery envelope", "事件外层"),
    ("Subscribe and receive", "订阅与接收"),
    ("Grant the app one of the scopes above.", "为应用开启上述任一权限。"),
    ("Add ", "在开发者后台的“事件与回调”中添加 "),
    (
        " under events and callbacks in the developer console, and publish a version of the app: only then does it take effect.",
        "，并发布应用的新版本，之后才会生效。",
    ),
    (
        "Receive it by webhook, at an address that answers 200 within 3 seconds, or over a long connection, which only custom apps can open.",
        "通过 Webhook 接收（须在 3 秒内返回 200），或通过长连接接收（仅自建应用可用）。",
    ),
    (
        "Expect repeats: after any other answer Feishu delivers an event again up to four times in about 7 hours, and sometimes even after success. Its ID stays the same; the Rust client handles it once.",
        "请处理重复推送：未返回 200 时，飞书会在约 7 小时内最多重推 4 次，成功后偶尔也会重推。事件 ID 保持不变；Rust 客户端只处理一次。",
    ),
    ("Operation", "接口"),
    // An operation.
    ("On this page", "本页内容"),
    ("Path", "路径参数"),
    ("Query", "查询参数"),
    ("Headers", "请求头"),
    ("Body", "请求体"),
    ("Response", "响应体"),
    ("fields of data", "data 中的字段"),
    ("Request example", "请求示例"),
    ("Response example", "响应示例"),
    ("from the official page", "来自官方文档"),
    ("Sample", "示例代码"),
    ("Try it", "试一试"),
    (
        "The mock server checks the request and answers with the documented example:",
        "模拟服务器会检查请求，并返回官方示例：",
    ),
    ("Server", "服务器"),
    ("Address", "地址"),
    ("Send", "发送"),
    ("Sending …", "正在发送……"),
    ("Save the file", "保存文件"),
    (
        "No answer. Start the mock server with `hire-gen mock --port 8080`.",
        "没有响应。请先运行 `hire-gen mock --port 8080` 启动模拟服务器。",
    ),
    ("Code and examples", "代码与示例"),
    ("Safe to repeat", "能否重复发送"),
    ("Quota", "频率限制"),
    ("Token", "凭证"),
    ("Apps", "应用类型"),
    ("Field scopes", "字段权限"),
    ("Paging", "分页"),
    ("Envelope", "响应外层"),
    ("Official page", "官方文档"),
    (", revised ", "，更新于 "),
    ("None is needed.", "无需权限。"),
    ("Any one of these is enough:", "开启以下任一权限即可："),
    ("Plan the scopes of an app", "规划应用的权限"),
    ("Some fields stay empty without these:", "未开启以下权限时，部分字段为空："),
    ("The answer contains only its code.", "响应只包含错误码。"),
    ("Every operation can also answer with one of the ", "每个接口还可能返回"),
    ("common codes", "通用错误码"),
    (".", "。"),
    ("Yes: it only reads.", "可以：只读取数据。"),
    ("Yes: sending it twice has the effect of sending it once.", "可以：发送两次与发送一次的效果相同。"),
    ("Yes, if ", "可以，前提是设置了 "),
    (" is set: then nothing is created twice.", "：此时不会重复创建。"),
    (
        "No: a second call may repeat the effect, or create a second record.",
        "不可以：再次调用可能重复执行，或创建重复的记录。",
    ),
    ("Special; see the official page", "特殊频控，见官方文档"),
    ("custom apps", "自建应用"),
    ("store apps", "商店应用"),
    (" or ", " 或 "),
    ("The answer contains ", "响应中用 "),
    (" instead of ", " 代替 "),
    ("Pages contain ", "每页的数据在 "),
    ("; while ", " 中；当 "),
    (" is true, the next page is behind ", " 为 true 时，下一页的标记是 "),
    (" is true, ", " 为 true 时，响应中的 "),
    ("; until it is empty, ", " 中；响应中的 "),
    (" of the answer is the next page's ", " 即下一页请求的 "),
    (" is true, the next page has as its ", " 为 true 时，下一页的 "),
    ("; the next page has as its ", " 中；下一页的 "),
    (" the number of items before it", " 为此前已返回的条数"),
    (", up to ", "，总数见 "),
    ("None: the answer is not wrapped in code, msg and data.", "无：响应外层没有 code、msg 和 data。"),
    (
        "The fields of the answer are next to code and msg; there is no data.",
        "响应字段与 code、msg 同级，没有 data。",
    ),
    ("None: it is called without a token.", "无：调用时不带 token。"),
    ("Do not use it.", "请勿使用。"),
    ("The answer is a file.", "响应为文件。"),
    ("The answer is a list.", "响应为列表。"),
    ("The body is a list.", "请求体为列表。"),
    ("Host", "域名"),
    // Fields and types.
    ("required", "必填"),
    ("required when", "条件必填"),
    ("deprecated", "已废弃"),
    ("unusable", "不可用"),
    ("sensitive", "敏感"),
    ("Personal data or a secret", "个人信息或密钥"),
    ("or null", "可为 null"),
    ("replaces", "整体替换"),
    ("Value", "取值"),
    ("Name", "名称"),
    ("Meaning", "含义"),
    ("Needs ", "需要 "),
    ("The same as ", "与 "),
    ("this type", "本类型"),
    (", above", "（见上文）"),
    (": it contains itself.", "相同：包含自身。"),
    ("Required when", "何时必填"),
    ("Format", "格式"),
    ("Default", "默认值"),
    ("Example", "示例"),
    ("Replaces", "整体替换"),
    (
        "the list replaces the stored one. Leave it out to change nothing; an empty list erases.",
        "该列表会整体替换已存储的列表。不传则不变；传空列表则清空。",
    ),
    ("Empty without", "缺少以下权限时为空"),
    ("Deprecated", "已废弃"),
    ("Unusable", "不可用"),
    ("Differs from the page", "与官方文档不同"),
    ("Not yet checked", "待确认"),
    ("In Rust", "Rust 名称"),
    ("milliseconds since 1970-01-01 UTC", "自 1970-01-01 UTC 起的毫秒数"),
    ("seconds since 1970-01-01 UTC", "自 1970-01-01 UTC 起的秒数"),
    ("a date, YYYY-MM-DD", "日期，YYYY-MM-DD"),
    ("JSON inside a string", "字符串形式的 JSON"),
    (
        "the value of a custom field; its spelling depends on the kind of the field",
        "自定义字段的值，写法取决于字段类型",
    ),
    ("Range", "取值范围"),
    ("Length", "长度范围"),
    ("Size", "大小"),
    (" characters", " 个字符"),
    (" items", " 项"),
    (" bytes", " 字节"),
    (" to ", " ～ "),
    ("at least ", "至少 "),
    ("at most ", "最多 "),
    ("Pattern", "正则校验"),
    ("Always", "固定为"),
    ("Kind", "种类"),
    ("Used", "用于"),
    ("in requests and answers", "请求和响应"),
    ("in requests", "请求"),
    ("in answers", "响应"),
    ("nowhere", "未使用"),
    ("Fields", "字段"),
    ("Values", "取值"),
    ("Used by", "使用该类型的接口"),
    ("Types of ", "类型："),
    ("Types that several operations share.", "多个接口共用的类型。"),
    ("Type", "类型"),
    ("object", "对象"),
    ("enum of ints", "整数枚举"),
    ("enum of strings", "字符串枚举"),
    ("types", "类型"),
    // A resource.
    (", behind the Cargo feature ", "，Cargo feature："),
    // Errors.
    ("Code", "错误码"),
    ("Meaning and operations", "含义与接口"),
    (
        "The code in the body decides, not the HTTP status. The meaning of a code depends on the operation.",
        "以响应体中的 code 为准，而不是 HTTP 状态码。同一错误码在不同接口中含义可能不同。",
    ),
    ("All operations", "所有接口"),
    ("Some operations", "部分接口"),
    // The scope planner.
    ("Scopes of an app", "应用的权限"),
    (
        "Select the operations that your app calls and the events that it receives to find the fewest scopes that it needs. Read-only scopes are preferred.",
        "勾选应用要调用的接口和要接收的事件，查看需要申请哪些权限：尽可能少，能只读就不申请可写的权限。",
    ),
    (
        "Choosing needs a script; the page of each operation and event lists its scopes.",
        "勾选功能需要脚本；每个接口和事件的页面列出了所需权限。",
    ),
    ("Filter by name, path, scope, 中文", "按名称、路径、权限筛选"),
    ("Filter the operations", "筛选接口"),
    ("Choose shown", "勾选所显示的"),
    ("Clear", "清空"),
    ("Scopes to ask for", "需要申请的权限"),
    ("{shown} shown, {n} chosen", "显示 {shown}，已选 {n} 个"),
    ("reads", "只读"),
    ("reads and writes", "读写"),
    ("Nothing chosen", "尚未选择"),
    ("Tick operations and events, or open a shared link.", "请勾选接口和事件，或打开他人分享的链接。"),
    ("For {n}.", "共 {n}。"),
    (" There may be a smaller set: the search was stopped early.", " 搜索提前结束，可能存在更小的集合。"),
    ("No scope is needed for {names}.", "{names} 无需权限。"),
    ("For fields that would stay empty", "用于补全为空的字段"),
    ("Ask for these as well if you need these fields.", "如需这些字段，请一并申请。"),
    ("the page does not say which", "文档未说明具体字段"),
    ("Copy scopes", "复制权限"),
    ("Copy link", "复制链接"),
    ("Copy with those for fields", "连同字段权限一起复制"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The texts that the sources of the site pass to `say` and `counted`.
    fn used() -> BTreeSet<&'static str> {
        let sources = [
            include_str!("mod.rs"),
            include_str!("layout.rs"),
            include_str!("overview.rs"),
            include_str!("endpoint.rs"),
            include_str!("changes.rs"),
            include_str!("code.rs"),
            include_str!("errors.rs"),
            include_str!("event.rs"),
            include_str!("facts.rs"),
            include_str!("field.rs"),
            include_str!("planner.rs"),
            include_str!("resource.rs"),
            include_str!("type_page.rs"),
        ];
        let after = |source: &'static str, call: &'static str| {
            source
                .split(call)
                .skip(1)
                .filter_map(|rest| rest.trim_start().strip_prefix('"')?.split('"').next())
        };
        let impacts = ["breaking", "behaviour", "additive", "documentation"];
        let counted = sources.into_iter().flat_map(|source| {
            source.split("counted(").skip(1).filter_map(|rest| rest.split_once('"')?.1.split('"').next())
        });
        sources.into_iter().flat_map(|source| after(source, "say(")).chain(counted).chain(impacts).collect()
    }

    #[test]
    fn every_text_has_a_chinese_one_and_no_other_is_kept() {
        let known: BTreeSet<&str> = CHINESE.iter().map(|(english, _)| *english).collect();
        assert_eq!(known.len(), CHINESE.len(), "a text has two translations");
        assert_eq!(
            used().difference(&known).collect::<Vec<_>>(),
            Vec::<&&str>::new(),
            "without a translation"
        );
        assert_eq!(known.difference(&used()).collect::<Vec<_>>(), Vec::<&&str>::new(), "used nowhere");
    }
}
