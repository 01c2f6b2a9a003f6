//! `codec generated|handwritten encode|pretty|compact|reordered N`: writes or reads the documented example N times; run
//! under callgrind to count instructions.

use std::error::Error;
use std::hint::black_box;

use handwritten::model::CombinedCreate;
use hire_api::hire::v1::talent::combined_create::Request;
use hire_api::wire;
use serde_json::Value;

const EXAMPLE: &str = include_str!("../../../schema/hire/v1/talent/combined_create.request.json");

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [who, what, count] = args.as_slice() else {
        return Err("codec generated|handwritten encode|pretty|compact|reordered N".into());
    };
    let count: u32 = count.parse()?;
    let compact = serde_json::to_string(&serde_json::from_str::<CombinedCreate>(EXAMPLE)?)?;
    let text = match what.as_str() {
        "encode" | "pretty" => EXAMPLE.to_owned(),
        "compact" => compact,
        // The names of each object from the last to the first.
        "reordered" => reordered(&serde_json::from_str(&compact)?),
        other => return Err(format!("`{other}`: expected `encode`, `pretty`, `compact` or `reordered`").into()),
    };
    let reads = what != "encode";
    match who.as_str() {
        "generated" => {
            let value: Request = wire::from_slice(EXAMPLE.as_bytes())?.value;
            for _ in 0..count {
                if reads {
                    drop(black_box(wire::from_slice::<Request>(black_box(text.as_bytes()))?));
                } else {
                    drop(black_box(wire::to_vec(black_box(&value))));
                }
            }
        }
        "handwritten" => {
            let value: CombinedCreate = serde_json::from_str(EXAMPLE)?;
            for _ in 0..count {
                if reads {
                    drop(black_box(serde_json::from_slice::<CombinedCreate>(black_box(text.as_bytes()))?));
                } else {
                    drop(black_box(serde_json::to_vec(black_box(&value))?));
                }
            }
        }
        other => return Err(format!("`{other}`: expected `generated` or `handwritten`").into()),
    }
    Ok(())
}

fn reordered(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().rev().map(|(name, value)| format!("{name:?}:{}", reordered(value)));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(reordered).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
