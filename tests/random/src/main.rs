//! The long run: `hire-random SEED CRATES`, with a hundred endpoints per crate. With `readers` after that, nothing is
//! compiled.

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
        let wrong = |said: String| {
            let kept = root.join(format!("seed_{seed}"));
            for (path, text) in &schema.files {
                let path = kept.join(path);
                let _ = path.parent().map(std::fs::create_dir_all);
                let _ = std::fs::write(path, text);
            }
            format!("seed {seed}, kept in {}:\n{said}", kept.display())
        };
        readers::run(&schema.api);
        let mut random = Random::new(seed);
        let (compared, _) = readers::compare(&mut random, &schema.api, 10);
        if only_readers {
            println!("seed {seed}: {} endpoints, {compared} bodies compared", schema.api.endpoints.len());
            continue;
        }
        if seed % DOCUMENTED == 0 {
            consumer.documents(&schema.api).map_err(wrong)?;
        }
        let Exchanged { arrived, refused, delivered } =
            consumer.exchanges(&mut random, &schema.api, 4).map_err(wrong)?;
        println!(
            "seed {seed}: {} endpoints, {compared} bodies compared, {arrived} requests arrived, {refused} refused, \
             {delivered} events delivered, {:.0} s",
            schema.api.endpoints.len(),
            begun.elapsed().as_secs_f64()
        );
    }
    Ok(())
}
