use hire_api::{OpenEnum, UnrecognizedInt};

#[derive(OpenEnum)]
#[hire(int)]
enum Gender {
    #[hire(value = "male")]
    Male,
    Female,
    #[hire(value = 3)]
    Other(i64),
    #[hire(unrecognized)]
    Unrecognized(UnrecognizedInt),
}

fn main() {
    let _: Option<UnrecognizedInt> = None;
}
