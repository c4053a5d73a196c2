//! Usage around the world, folded from the descriptors that a site knows. It costs no request.
//!
//! A site's statements about itself are not checked, so two rules keep a single liar from moving the totals:
//!
//! - **A site's figure is clipped** to the largest that a real Moodle is likely to have ([`clip`]).
//! - **A registrable domain counts with at most [`SITES_PER_DOMAIN`] sites**, the first that the caller passes; the caller
//!   passes sites in the order of their node ids, so that all sites count the same ones. The rest is in no count but
//!   [`Statistics::uncounted`]. Subdomains cost nothing, domains do.
//!
//! Sums are beside medians, because a sum is made by the few largest sites and a median by no one.

mod country;

use std::collections::{BTreeMap, HashMap};

pub use country::is_country;
use courseglue_text as text;
use serde::{Deserialize, Serialize};

/// The most sites of one registrable domain that are counted.
pub const SITES_PER_DOMAIN: u32 = 100;
/// The most figures of one site that are looked at.
const MAX_FIGURES: usize = 32;
const MAX_NAME_BYTES: usize = 40;
/// The release of a site that states none that can be read.
const UNKNOWN_RELEASE: &str = "unknown";

/// The statements of one site that statistics count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteFigures {
    /// Its registrable domain.
    pub domain: String,
    /// Its country, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its default language.
    pub lang: String,
    /// Its platform's release.
    pub release: String,
    /// The figures it shares.
    pub figures: BTreeMap<String, u64>,
}

/// Usage around the world.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statistics {
    /// Sites counted, whether they share figures or not.
    pub sites: u64,
    /// The number of these sites that share at least one figure.
    pub sharing: u64,
    /// Sites left out because their domain has more than 100.
    pub uncounted: u64,
    /// Each figure over all sites that share it.
    pub figures: BTreeMap<String, Figure>,
    /// The sites by country, most sites first; `null` for sites that state none.
    pub countries: Vec<CountryStatistics>,
    /// The sites by release branch, newest first.
    pub releases: Vec<ReleaseStatistics>,
    /// The sites by default language, most sites first.
    pub languages: Vec<LanguageStatistics>,
}

/// One figure over all sites that share it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    /// The sum.
    pub sum: u64,
    /// The median; of an even number of sites the mean of the middle two, rounded down.
    pub median: u64,
    /// The number of sites that share it.
    pub sites: u64,
}

/// The sites of one country.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountryStatistics {
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Its sites.
    pub sites: u64,
    /// Sums of the figures they share.
    pub figures: BTreeMap<String, u64>,
}

/// The sites of one release branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReleaseStatistics {
    /// The branch, such as `4.5`.
    pub release: String,
    /// Its sites.
    pub sites: u64,
}

/// The sites of one default language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LanguageStatistics {
    /// ISO 639 code.
    pub lang: String,
    /// Its sites.
    pub sites: u64,
}

/// The largest value of a figure that one site counts with.
#[must_use]
pub fn clip(figure: &str) -> u64 {
    match figure {
        "courses" => 100_000,
        "users" => 5_000_000,
        "activeusers" => 2_000_000,
        "enrolments" => 50_000_000,
        "activities" => 10_000_000,
        "posts" => 100_000_000,
        _ => 1_000_000_000,
    }
}

/// The branch of a release: `4.5.6+ (Build: 20250810)` is `4.5`; `unknown` where there is none.
#[must_use]
pub fn branch(release: &str) -> String {
    let number = |text: &str| -> String { text.chars().take_while(char::is_ascii_digit).take(3).collect() };
    let mut parts = release.trim().splitn(3, '.').map(number);
    match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
        (major, minor) if !major.is_empty() && !minor.is_empty() => format!("{major}.{minor}"),
        _ => UNKNOWN_RELEASE.to_owned(),
    }
}

/// Folds what `sites` state. Pass them in the order of their node ids.
pub fn fold(sites: impl IntoIterator<Item = SiteFigures>) -> Statistics {
    let mut fold = Fold::default();
    sites.into_iter().for_each(|site| fold.add(site));
    fold.finish()
}

#[derive(Default)]
struct Fold {
    statistics: Statistics,
    domains: HashMap<String, u32>,
    values: BTreeMap<String, Vec<u64>>,
    countries: BTreeMap<Option<String>, CountryStatistics>,
    releases: BTreeMap<String, u64>,
    languages: BTreeMap<String, u64>,
}

impl Fold {
    fn add(&mut self, site: SiteFigures) {
        let of_domain = self.domains.entry(site.domain).or_default();
        if *of_domain >= SITES_PER_DOMAIN {
            self.statistics.uncounted += 1;
            return;
        }
        *of_domain += 1;
        self.statistics.sites += 1;
        *self.releases.entry(branch(&site.release)).or_default() += 1;
        *self.languages.entry(text::primary(&site.lang)).or_default() += 1;
        let code = site.country.map(|code| code.to_ascii_uppercase()).filter(|code| is_country(code));
        let country = self.countries.entry(code).or_default();
        country.sites += 1;
        let mut shares = false;
        for (name, value) in site.figures.into_iter().filter(|(name, _)| is_name(name)).take(MAX_FIGURES) {
            let value = value.min(clip(&name));
            let sum = country.figures.entry(name.clone()).or_default();
            *sum = sum.saturating_add(value);
            self.values.entry(name).or_default().push(value);
            shares = true;
        }
        self.statistics.sharing += u64::from(shares);
    }

    fn finish(self) -> Statistics {
        let figures = self.values.into_iter().map(|(name, values)| (name, figure(values))).collect();
        let mut countries: Vec<CountryStatistics> = self
            .countries
            .into_iter()
            .map(|(country, statistics)| CountryStatistics { country, ..statistics })
            .collect();
        countries.sort_by_key(|country| std::cmp::Reverse(country.sites));
        let mut releases: Vec<ReleaseStatistics> =
            self.releases.into_iter().map(|(release, sites)| ReleaseStatistics { release, sites }).collect();
        releases.sort_by_key(|release| std::cmp::Reverse(version(&release.release)));
        let mut languages: Vec<LanguageStatistics> =
            self.languages.into_iter().map(|(lang, sites)| LanguageStatistics { lang, sites }).collect();
        languages.sort_by_key(|language| std::cmp::Reverse(language.sites));
        Statistics { figures, countries, releases, languages, ..self.statistics }
    }
}

fn figure(mut values: Vec<u64>) -> Figure {
    values.sort_unstable();
    let middle = values.len() / 2;
    let at = |index: usize| values.get(index).copied().unwrap_or(0);
    let median =
        if values.len() % 2 == 1 { at(middle) } else { at(middle.saturating_sub(1)).midpoint(at(middle)) };
    let sum = values.iter().fold(0_u64, |sum, value| sum.saturating_add(*value));
    Figure { sum, median, sites: values.len() as u64 }
}

fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_BYTES).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Orders branches as numbers: 4.10 after 4.9.
fn version(branch: &str) -> (u32, u32) {
    let mut parts = branch.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0))
}

#[cfg(test)]
mod tests;
