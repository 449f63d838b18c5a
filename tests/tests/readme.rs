//! The README's example is a site file that works.

use millwatt_tests::rig::{self, told};

#[test]
fn the_example_site_file_is_fine() {
    let readme = include_str!("../../README.md");
    let (_, after) = readme.split_once("```toml\n").expect("an example in TOML");
    let (example, _) = after.split_once("```").expect("its end");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let site = folder.path().join("site.toml");
    std::fs::write(&site, example).expect("can be written");
    let output = rig::run(&["check", &site.display().to_string()]);
    assert!(output.status.success(), "{}", told(&output));
}
