//! The form on an operation's page, against a running mock.

use hire_gen::ir::Api;
use hire_gen::mock::Mock;

use super::browser::{Site, browser};
use crate::{committed, folder, load};

/// The mock runs on its own thread, so that the test may block.
fn mock(api: Api) -> Mock {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(Mock::builder_for(api).start()).unwrap()
}

/// Opens the form of a page, sends its request to a mock, and waits for an answer that begins with this text.
fn send(site: &mut Site, page: &str, mock: &Mock, begins: &str) {
    site.may_call(mock.url());
    site.go(page);
    site.tab.click("#try summary");
    site.tab.eval(&format!("document.querySelector('#try [name=server]').value = '{}'", mock.url()));
    site.tab.click("#try [type=submit]");
    site.tab.until(&format!("document.querySelector('#try output').textContent.startsWith('{begins}')"));
}

const OUTPUT: &str = "document.querySelector('#try output').textContent";

#[test]
fn an_operation_is_tried_against_a_running_mock() {
    let Some(browser) = browser() else { return };
    let api = committed();
    let mock = mock(api.clone());
    let mut site = Site::open(&api, &browser);
    send(&mut site, "hire/v1/note/create.html", &mock, "HTTP 200");
    assert!(site.tab.text(OUTPUT).contains("\"code\": 0"));
    assert_eq!(mock.take_requests().pop().unwrap().endpoint.as_deref(), Some("hire.v1.note.create"));

    // A wrong body gets the mock's refusal, which names the field.
    site.tab.eval("document.querySelector('#try [name=content]').value = '{}'");
    site.tab.click("#try [type=submit]");
    site.tab.until(&format!("{OUTPUT}.startsWith('HTTP 400')"));
    assert!(site.tab.text(OUTPUT).contains("talent_id"));
    site.close();
}

#[test]
fn an_answer_that_is_a_file_can_be_saved() {
    let Some(browser) = browser() else { return };
    let spec = "title: Get a photo\ndoc: https://zoo.example/photo\nmethod: GET\npath: /zoo/v1/photos/:photo_id\n\
                tokens: [tenant]\nquota: 50/s\npath_params:\n  photo_id: {type: string, example: p1}\nresponse: file\n";
    let schema = folder(&[
        ("api.yaml", "base_urls: {zoo: \"https://zoo.example\"}\n"),
        ("zoo/v1/photo/get.yaml", spec),
    ]);
    let api = load(schema.path());
    let mock = mock(api.clone());
    let mut site = Site::open(&api, &browser);
    send(&mut site, "zoo/v1/photo/get.html", &mock, "HTTP 200");
    let link = "document.querySelector('#try output a[download]')";
    assert_eq!(site.tab.text(&format!("{link}.download")), "file.bin");
    assert!(site.tab.text(&format!("{link}.href")).starts_with("blob:"));
    site.close();
}
