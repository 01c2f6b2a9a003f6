use hire_api::{OpenEnum, UnrecognizedInt};

#[derive(OpenEnum)]
#[hire(int)]
enum Gender {
    #[hire(value = 1)]
    Male,
    #[hire(value = 1)]
    Female,
    #[hire(unrecognized)]
    Unrecognized(UnrecognizedInt),
}

fn main() {
    let _: Option<UnrecognizedInt> = None;
}
