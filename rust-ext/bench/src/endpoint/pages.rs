//! What the plugin adds to pages of Moodle that only read: database queries, as Moodle itself counts them in its footer.

use std::collections::BTreeMap;

use super::site::Site;
use crate::Failed;
use crate::report::{Baseline, Report, Target};

/// Runs the bench, at the end of which the site has the plugin no more.
///
/// # Errors
/// Where somebody cannot log in, or a page does not say how many queries it took.
pub fn run(report: &mut Report, site: &Site) -> Result<(), Failed> {
    let with = queries(site)?;
    site.uninstall_plugin()?;
    let without = queries(site)?;
    let extra = |page: &String| with[page] - without.get(page).copied().unwrap_or_default();
    let baseline = Baseline { name: "Moodle alone", value: without.values().sum() };
    report.figure("extra_queries", with.keys().map(extra).sum(), "queries", Target::AtMost(0.0));
    report.beside("queries", with.values().sum(), "queries", Target::None, baseline);
    Ok(())
}

/// The queries of each page for a student, its caches warm.
fn queries(site: &Site) -> Result<BTreeMap<String, f64>, Failed> {
    Ok(serde_json::from_str(&site.php("bench_pages.php", &[] as &[&str])?)?)
}
