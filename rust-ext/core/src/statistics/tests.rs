//! Claims about the totals.

use std::collections::BTreeMap;

use super::{Figure, SITES_PER_DOMAIN, SiteFigures, branch, clip, fold};

fn site(domain: &str, country: Option<&str>, courses: Option<u64>) -> SiteFigures {
    SiteFigures {
        domain: domain.into(),
        country: country.map(Into::into),
        lang: "es".into(),
        release: "4.5.6 (Build: 20250810)".into(),
        figures: courses.map(|count| ("courses".to_owned(), count)).into_iter().collect(),
    }
}

#[test]
fn sums_stand_beside_medians() {
    let statistics = fold([1, 2, 900].map(|n| site(&format!("{n}.example"), Some("ES"), Some(n))));
    assert_eq!(statistics.figures["courses"], Figure { sum: 903, median: 2, sites: 3 });
    let statistics = fold([1, 2, 4, 900].map(|n| site(&format!("{n}.example"), Some("ES"), Some(n))));
    assert_eq!(statistics.figures["courses"].median, 3);
}

#[test]
fn a_site_that_shares_nothing_is_counted_as_such() {
    let statistics = fold([site("a.example", Some("ES"), Some(5)), site("b.example", Some("ES"), None)]);
    assert_eq!((statistics.sites, statistics.sharing), (2, 1));
    assert_eq!(statistics.figures["courses"].sites, 1);
}

#[test]
fn a_sites_figure_is_clipped() {
    let statistics = fold([site("a.example", None, Some(u64::MAX))]);
    assert_eq!(statistics.figures["courses"].sum, clip("courses"));
}

#[test]
fn a_domain_counts_with_a_bounded_number_of_sites() {
    let many = (0..250).map(|_| site("farm.example", Some("ES"), Some(10)));
    let statistics = fold(many.chain([site("a.example", Some("FR"), Some(7))]));
    assert_eq!(statistics.sites, u64::from(SITES_PER_DOMAIN) + 1);
    assert_eq!(statistics.uncounted, 150);
    assert_eq!(statistics.figures["courses"].sum, 1007);
}

#[test]
fn countries_that_do_not_exist_count_as_none() {
    let sites = [("a", Some("es")), ("b", Some("ES")), ("c", Some("XX")), ("d", None), ("e", Some("Spain"))];
    let statistics = fold(sites.map(|(domain, country)| site(domain, country, Some(1))));
    let counts: Vec<_> = statistics.countries.iter().map(|c| (c.country.as_deref(), c.sites)).collect();
    assert_eq!(counts, [(None, 3), (Some("ES"), 2)]);
    assert_eq!(statistics.countries[1].figures, BTreeMap::from([("courses".to_owned(), 2)]));
}

#[test]
fn countries_sum_to_the_whole() {
    let sites = (0..50).map(|n| site(&n.to_string(), [Some("ES"), Some("FR"), None][n % 3], Some(n as u64)));
    let statistics = fold(sites);
    let by_country: u64 = statistics.countries.iter().map(|c| c.figures["courses"]).sum();
    assert_eq!(by_country, statistics.figures["courses"].sum);
    assert_eq!(statistics.countries.iter().map(|c| c.sites).sum::<u64>(), statistics.sites);
}

#[test]
fn releases_are_grouped_by_branch_newest_first() {
    assert_eq!(branch("4.5.6+ (Build: 20250810)"), "4.5");
    assert_eq!(branch("5.1dev"), "5.1");
    assert_eq!(branch("nonsense"), "unknown");
    let mut sites = ["4.9.1", "4.10", "x", "4.9"].map(|_| site("d", None, None));
    for (site, release) in sites.iter_mut().zip(["4.9.1", "4.10", "x", "4.9"]) {
        site.release = release.into();
    }
    let releases: Vec<_> = fold(sites).releases.into_iter().map(|r| (r.release, r.sites)).collect();
    assert_eq!(releases, [("4.10".into(), 1), ("4.9".into(), 2), ("unknown".into(), 1)]);
}

#[test]
fn odd_names_of_figures_are_left_out() {
    let mut odd = site("a", None, None);
    odd.figures.insert("<b>".into(), 5);
    let statistics = fold([odd]);
    assert!(statistics.figures.is_empty());
    assert_eq!(statistics.sharing, 0);
}

#[test]
fn the_json_has_the_protocols_form() {
    let json = serde_json::to_value(fold([site("a.example", Some("ES"), Some(3))])).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "sites": 1, "sharing": 1, "uncounted": 0,
            "figures": {"courses": {"sum": 3, "median": 3, "sites": 1}},
            "countries": [{"country": "ES", "sites": 1, "figures": {"courses": 3}}],
            "releases": [{"release": "4.5", "sites": 1}],
            "languages": [{"lang": "es", "sites": 1}],
        })
    );
}
