use hire_api::zoo::v1::keeper::portrait::Request;

let request = Request::new(
    hire_api::File::new("resume.pdf", b"%PDF-1.7"),
    "keeper",
);
client.zoo().v1().keeper().portrait(request).await?;
