//! The long run: `hire-random SEED CRATES`, with a hundred endpoints per crate. With `readers` after that, nothing is
//! compiled.

use std::fs;
use std::path::Path;
use std::time::Instant;

use hire_random::consumer::{Consumer, Exchanged};
use hire_random::random::Random;
use hire_random::{readers, schema};

const ENDPOINTS: usize = 100;
/// One crate in this many goes through rustdoc.
const DOCUMENTED: u64 = 5;

fn main() -> Result<(), String> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| arguments.get(at).and_then(|argument| argument.parse::<u64>().ok());
    let only_readers = arguments.get(2).is_some_and(|what| what == "readers");
    let (Some(seed), Some(crates)) = (number(0), number(1)) else {
        return Err("usage: hire-random SEED CRATES [readers]".to_owned());
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tmp/random");
    let consumer = Consumer::new(&root, &root.join("target"));
    for seed in seed..seed + crates {
        let begun = Instant::now();
        let schema = schema::schema(seed, ENDPOINTS);
        // Kept if anything fails.
        let kept = root.join(format!("seed_{seed}"));
        for (path, text) in &schema.files {
            let path = kept.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&kept)).map_err(|error| error.to_string())?;
            fs::write(path, text).map_err(|error| error.to_string())?;
        }
        let wrong = |said: String| format!("seed {seed}, kept in {}:\n{said}", kept.display());
        readers::run(&schema.api);
        let mut random = Random::new(seed);
        let (compared, _) = readers::compare(&mut random, &schema.api, 10);
        let endpoints = schema.api.endpoints.len();
        if only_readers {
            println!("seed {seed}: {endpoints} endpoints, {compared} bodies compared");
            fs::remove_dir_all(kept).map_err(|error| error.to_string())?;
            continue;
        }
        if seed % DOCUMENTED == 0 {
            consumer.documents(&schema.api).map_err(wrong)?;
        }
        let Exchanged { arrived, refused, delivered } =
            consumer.exchanges(&mut random, &schema.api, 4).map_err(wrong)?;
        println!(
            "seed {seed}: {endpoints} endpoints, {compared} bodies compared, {arrived} requests arrived, {refused} refused, \
             {delivered} events delivered, {:.0} s",
            begun.elapsed().as_secs_f64()
        );
        fs::remove_dir_all(kept).map_err(|error| error.to_string())?;
    }
    Ok(())
}
