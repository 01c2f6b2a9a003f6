use hire_api::{OpenEnum, UnrecognizedInt};

#[derive(OpenEnum)]
enum Gender {
    #[hire(value = 1)]
    Male,
    #[hire(unrecognized)]
    Unrecognized(UnrecognizedInt),
}

fn main() {
    let _: Option<UnrecognizedInt> = None;
}
