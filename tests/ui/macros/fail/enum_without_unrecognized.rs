use hire_api::{OpenEnum, UnrecognizedInt};

#[derive(OpenEnum)]
#[hire(int)]
enum Gender {
    #[hire(value = 1)]
    Male,
}

fn main() {
    let _: Option<UnrecognizedInt> = None;
}
