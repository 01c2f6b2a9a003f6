use hire_api::{OpenEnum, UnrecognizedInt};

#[derive(OpenEnum)]
#[hire(int)]
enum Gender {
    #[hire(unrecognized)]
    Unrecognized(i64),
    #[hire(value = 1)]
    Male,
}

fn main() {
    let _: Option<UnrecognizedInt> = None;
}
