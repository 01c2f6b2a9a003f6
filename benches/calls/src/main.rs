//! `calls serve` answers calls and prints where; `calls generated|handwritten small|documented URL N` makes N calls one after the other,
//! to count instructions and CPU time; `calls generated|handwritten saturated URL N` makes N by 64 tasks, and prints how many a second
//! there were and how many microseconds 99 of 100 took at most.

use std::error::Error;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use handwritten::model;
use hire_api::Quotas;
use hire_api::hire::v1::talent::combined_create::{BasicInfo, Request};
use hire_api::hire::v1::types::{Degree, Education};

const EXAMPLE: &str = include_str!("../../../schema/hire/v1/talent/combined_create.request.json");
const TASKS: usize = 64;

type Done<T> = Result<T, Box<dyn Error>>;

fn main() -> Done<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["serve"] => serve(),
        [who, "saturated", url, count] => saturated(who, url, count.parse()?),
        [who, body, url, count] => one_by_one(who, body, url, count.parse()?),
        _ => Err("calls serve | calls generated|handwritten small|documented|saturated URL N".into()),
    }
}

/// A client and what it sends.
enum Caller {
    Generated(hire_api::Client, Box<Request>),
    Handwritten(handwritten::Client, Box<model::CombinedCreate>),
}

impl Caller {
    async fn new(who: &str, body: &str, url: &str) -> Done<Self> {
        let small = body != "documented";
        Ok(match who {
            "generated" => {
                // The benchmark is no place to wait for a quota.
                let builder = hire_api::Client::builder("cli_bench", "secret").with_base_url(url).with_quotas(Quotas::Ignore);
                let education = Education::new().degree(Degree::Bachelor).school("HKU");
                let request = if small {
                    let request = Request::new(BasicInfo::new("Zhang San"));
                    request.resume_source_id("1").education_list([education])
                } else {
                    serde_json::from_str(EXAMPLE)?
                };
                Self::Generated(builder.build()?, Box::new(request))
            }
            _ => {
                let body = if small {
                    let basic_info = model::BasicInfo { name: "Zhang San".to_owned(), ..Default::default() };
                    let education = model::Education { degree: Some(6), school: Some("HKU".to_owned()), ..Default::default() };
                    model::CombinedCreate {
                        resume_source_id: Some("1".to_owned()),
                        basic_info,
                        education_list: Some(vec![education]),
                        ..Default::default()
                    }
                } else {
                    serde_json::from_str(EXAMPLE)?
                };
                Self::Handwritten(handwritten::Client::connect(url, "cli_bench", "secret").await?, Box::new(body))
            }
        })
    }

    async fn call(&self) {
        let talent_id = match self {
            Self::Generated(client, request) => client.call(&**request).await.expect("an answer").talent_id,
            Self::Handwritten(client, body) => client.combined_create(body).await.expect("an answer").talent_id,
        };
        assert!(talent_id.is_some());
    }
}

fn one_by_one(who: &str, body: &str, url: &str, count: u32) -> Done<()> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        let caller = Caller::new(who, body, url).await?;
        for _ in 0..count {
            caller.call().await;
        }
        Ok(())
    })
}

fn saturated(who: &str, url: &str, count: usize) -> Done<()> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(async {
        let caller = Arc::new(Caller::new(who, "small", url).await?);
        let begun = Instant::now();
        let tasks: Vec<_> = (0..TASKS)
            .map(|_| {
                let caller = Arc::clone(&caller);
                tokio::spawn(async move {
                    let mut times = Vec::with_capacity(count / TASKS);
                    for _ in 0..count / TASKS {
                        let begun = Instant::now();
                        caller.call().await;
                        times.push(begun.elapsed());
                    }
                    times
                })
            })
            .collect();
        let mut times: Vec<Duration> = Vec::with_capacity(count);
        for task in tasks {
            times.extend(task.await?);
        }
        let a_second = times.len() as f64 / begun.elapsed().as_secs_f64();
        times.sort_unstable();
        let most = times[times.len() * 99 / 100].as_micros();
        println!("{a_second:.0} {most}");
        Ok(())
    })
}

fn serve() -> Done<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("http://{}", listener.local_addr()?);
    for stream in listener.incoming() {
        let stream = stream?;
        thread::spawn(move || connection(stream));
    }
    Ok(())
}

/// The headers that Feishu sends, and the documented answer.
fn connection(mut stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let (mut buffer, mut kept) = (vec![0; 1 << 16], Vec::new());
    while let Ok(read @ 1..) = stream.read(&mut buffer) {
        kept.extend_from_slice(&buffer[..read]);
        let Some(end) = kept.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&kept[..end]).to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        if kept.len() < end + 4 + length {
            continue;
        }
        let body = if head.contains("/auth/") {
            r#"{"code":0,"msg":"ok","tenant_access_token":"t-caecc734c2e3328a62489fe0648c4b98779515d3","expire":7200}"#
        } else {
            r#"{"code":0,"msg":"success","data":{"talent_id":"6930815272790114324","creator_id":"ou_7dab8a3d3cdcc9da365777c7ad535d62","creator_account_type":1}}"#
        };
        let answer = format!(
            "HTTP/1.1 200 OK\r\nserver: Tengine\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: {}\r\n\
             date: Mon, 30 Nov 2026 04:00:00 GMT\r\nx-tt-logid: 20261130120000A1B2C3D4E5F6071829\r\nx-request-id: 0a1b2c3d4e5f\r\n\
             x-ogw-ratelimit-limit: 1000\r\nx-ogw-ratelimit-reset: 60\r\ncache-control: no-store\r\n\r\n{body}",
            body.len()
        );
        kept.drain(..end + 4 + length);
        if stream.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}
