//! Follows an address and its redirects to a file.

use http::HeaderMap;

use crate::error::Error;
use crate::transport::{Flow, Transport};

/// The most redirects.
const LONGEST_CHAIN: usize = 5;

/// The answer behind an address and its redirects: status 200, or 206 for a range request.
pub(super) async fn follow(transport: &Transport, url: &str, headers: &HeaderMap) -> Result<Flow, Error> {
    let mut address = transport.address_of_file(url)?;
    for _ in 0..LONGEST_CHAIN {
        let flow = transport.open(&address, headers).await?;
        let status = flow.status();
        let to = flow.header("location").filter(|_| (300..400).contains(&status));
        match to.map(|location| address.join(location)) {
            None if status == 200 || status == 206 && !headers.is_empty() => return Ok(flow),
            None => {
                return Err(
                    Error::download("the server has no file at this address").with_status(status, None)
                );
            }
            Some(Some(next)) => address = transport.address_of_file(&next)?,
            Some(None) => {
                return Err(Error::download("a redirect has no address").with_status(status, None));
            }
        }
    }
    Err(Error::download("there are too many redirects"))
}
