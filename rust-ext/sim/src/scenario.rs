//! The scenarios: what befalls a network, when, and how long it may take until everything holds again.

use courseglue_protocol::{DAY_MS, HOUR_MS, Millis};

use crate::attack::Kind;
use crate::invariant::{Invariant, Tally};
use crate::manner::Manner;
use crate::population::Population;
use crate::world::{Catalogue, Churn, Step};

/// One simulation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenario's name.
    pub name: &'static str,
    /// What happens to the network, in a sentence.
    pub about: &'static str,
    /// The sites.
    pub population: Population,
    /// The courses that they publish.
    pub catalogue: Catalogue,
    /// The churn of the sites.
    pub churn: Churn,
    /// Virtual days.
    pub days: u32,
    /// The steps of the scenario, and their times.
    pub steps: Vec<(Millis, Step)>,
    /// The time at which the disturbance begins, and the time at which it ends.
    pub disturbed: (Millis, Millis),
    /// The time after it by which everything has to hold again.
    pub within: Millis,
    /// Records looked for in a daily check.
    pub daily: usize,
    /// Records looked for in an hourly check after a disturbance.
    pub hourly: usize,
    /// The share of searches that may miss a record for as long as the scenario lasts.
    pub may_miss: f64,
}

/// The names of all scenarios, the usual life of a network first.
pub const NAMES: [&str; 18] = [
    "churn",
    "partition-heal",
    "mass-failure",
    "domain-flood",
    "victim-flood",
    "colluders",
    "hostile-sync",
    "restored-backup",
    "lying-home",
    "home-returns",
    "popular-term",
    "skewed-clocks",
    "clock-jump",
    "replay",
    "key-takeover",
    "key-lost",
    "starved-newcomer",
    "ground-homes",
];

const CALM: Churn = Churn { down: 0.0, leave: 0.0, change: 0.02, withdraw: 0.02 };
const USUAL: Churn = Churn { down: 0.01, leave: 0.0005, change: 0.02, withdraw: 0.01 };

impl Plan {
    /// Whether a tally keeps what this plan promises: all of it, but for the searches that it may miss.
    #[must_use]
    pub fn is_kept_by(&self, tally: &Tally) -> bool {
        #[allow(clippy::cast_precision_loss, reason = "counts of sites and records are far below 2^52")]
        let may_miss = (tally.checked as f64 * self.may_miss).ceil();
        #[allow(clippy::cast_precision_loss, reason = "counts of sites and records are far below 2^52")]
        let missed = tally.failed as f64;
        tally.failed == 0 || tally.invariant == Invariant::Found && missed <= may_miss
    }

    /// Whether everything has to hold at this moment, in ms since the start: not while the disturbance lasts, nor so soon after.
    #[must_use]
    pub fn is_due(&self, at: Millis) -> bool {
        let (from, to) = self.disturbed;
        at < from || at >= to + self.within || self.within == 0
    }

    fn new(name: &'static str, about: &'static str, days: u32) -> Self {
        Self {
            name,
            about,
            population: Population { sites: 1_000, small: 50 },
            catalogue: Catalogue { courses: 1, every: 1, topics: 300, over: 6 * HOUR_MS },
            churn: CALM,
            days,
            steps: Vec::new(),
            disturbed: (0, 0),
            within: 0,
            daily: 300,
            hourly: 100,
            may_miss: 0.0,
        }
    }

    fn step(mut self, at: Millis, step: Step) -> Self {
        self.steps.push((at, step));
        self
    }

    fn disturbed(mut self, from: Millis, to: Millis, within: Millis) -> Self {
        (self.disturbed, self.within) = ((from, to), within);
        self
    }

    /// The scenario of this name, at its full size.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "a table of scenarios reads better in one piece")]
    pub fn named(name: &str) -> Option<Self> {
        const DAY: Millis = DAY_MS;
        Some(match name {
            "churn" => {
                let plan = Self::new(
                    "churn",
                    "1 % of the sites go down and come back a day, 0.05 % leave for good and as many join",
                    30,
                );
                Self { churn: USUAL, ..plan }
            }
            "partition-heal" => {
                Self::new("partition-heal", "two halves cannot reach each other for a day", 5)
                    .step(DAY, Step::Divide)
                    .step(2 * DAY, Step::Heal)
                    .disturbed(DAY, 2 * DAY, 36 * HOUR_MS)
            }
            "mass-failure" => {
                let plan = Self::new("mass-failure", "30 % of the sites are gone at once, for good", 4)
                    .step(DAY, Step::Fail { share: 0.3, back_after: None })
                    .disturbed(DAY, DAY, 36 * HOUR_MS);
                Self { may_miss: 0.005, ..plan }
            }
            "domain-flood" => {
                Self::new("domain-flood", "10,000 addresses under one registrable domain join", 4)
                    .step(DAY, Step::Attack(Kind::Domain(10_000)))
                    .disturbed(DAY, DAY + 10 * HOUR_MS, 36 * HOUR_MS)
            }
            "victim-flood" => Self::new("victim-flood", "10,000 addresses name one victim's host", 3)
                .step(DAY, Step::Attack(Kind::Victim(10_000))),
            "colluders" => {
                Self::new("colluders", "three colluding domains vouch for 300 sites that do not exist", 14)
                    .step(DAY, Step::Attack(Kind::Colluders(300)))
                    .disturbed(DAY, DAY + 10 * HOUR_MS, 48 * HOUR_MS)
            }
            "hostile-sync" => Self::new(
                "hostile-sync",
                "of the sites 2 % each answer exchanges with garbage, as if empty, and with 100 MB",
                4,
            )
            .step(0, Step::Behave { share: 0.02, manner: Manner::Garbage })
            .step(0, Step::Behave { share: 0.02, manner: Manner::Empty })
            .step(0, Step::Behave { share: 0.02, manner: Manner::Huge }),
            "restored-backup" => {
                let mut plan =
                    Self::new("restored-backup", "one site in ten goes back to its state of 30 days ago", 34)
                        .step(DAY, Step::Backup { every: 10 })
                        .step(31 * DAY, Step::Restore)
                        .disturbed(31 * DAY, 31 * DAY, 48 * HOUR_MS);
                plan.population.sites = 300;
                plan
            }
            "lying-home" => {
                let plan =
                    Self::new("lying-home", "2 % of the sites find nothing, 2 % half of what they hold", 4)
                        .step(DAY, Step::Behave { share: 0.02, manner: Manner::FindsNothing })
                        .step(DAY, Step::Behave { share: 0.02, manner: Manner::FindsHalf });
                Self { may_miss: 0.02, ..plan }
            }
            "home-returns" => {
                let mut plan =
                    Self::new("home-returns", "5 % of the sites are away for two weeks and come back", 18)
                        .step(DAY, Step::Fail { share: 0.05, back_after: Some(14 * DAY) })
                        .disturbed(DAY, 15 * DAY, 24 * HOUR_MS);
                plan.population.sites = 300;
                plan
            }
            "popular-term" => {
                let mut plan = Self::new("popular-term", "60,000 records share one term", 3)
                    .step(HOUR_MS, Step::Popular { courses: 60_000, publishers: 100 });
                plan.population.sites = 300;
                plan
            }
            "skewed-clocks" => {
                Self::new("skewed-clocks", "the clocks of 10 % of the sites are wrong by a day", 5)
                    .step(0, Step::Skew { share: 0.1, by: i64::try_from(DAY).unwrap_or(0) })
            }
            "clock-jump" => {
                let by = i64::try_from(60 * DAY).unwrap_or(0);
                Self::new(
                    "clock-jump",
                    "for three hours the clocks of 10 % of the sites are wrong by 60 days",
                    4,
                )
                .step(DAY, Step::Skew { share: 0.1, by })
                .step(DAY + 3 * HOUR_MS, Step::Skew { share: 1.0, by: 0 })
                .disturbed(DAY, DAY + 3 * HOUR_MS, 12 * HOUR_MS)
            }
            "replay" => {
                let mut plan = Self::new(
                    "replay",
                    "a stranger stores withdrawn and former texts at all sites, after hours, 60 and 300 days; 0.2 % of \
                     the sites leave a day and as many join",
                    304,
                );
                plan.population.sites = 100;
                plan.churn = Churn { down: 0.01, leave: 0.002, change: 0.0, withdraw: 0.0 };
                (plan.daily, plan.hourly) = (20, 20);
                plan = plan.step(DAY, Step::KeepTexts(60)).step(DAY + HOUR_MS, Step::EndTexts);
                for after in [3 * HOUR_MS, 36 * HOUR_MS, 60 * DAY, 300 * DAY] {
                    let at = DAY + HOUR_MS + after;
                    plan = plan.step(at, Step::Replay);
                    // At once, and when co-homes had the time to take it from each other.
                    for later in [0, 6, 30, 60] {
                        plan = plan.step(at + later * HOUR_MS + HOUR_MS / 6, Step::LookForEnded);
                    }
                }
                plan
            }
            "key-takeover" => {
                let mut plan = Self::new(
                    "key-takeover",
                    "7 of a site's 16 neighbours vouch for another key at its address, on every day there is",
                    6,
                )
                .step(DAY, Step::Attack(Kind::Takeover(7)));
                plan.population.sites = 600;
                plan
            }
            "key-lost" => {
                let mut plan =
                    Self::new("key-lost", "2 % of the sites lose their keys and all that they know", 11)
                        .step(DAY, Step::LoseKeys { every: 50 })
                        .disturbed(DAY, DAY, 8 * DAY);
                plan.population.sites = 300;
                plan
            }
            "starved-newcomer" => {
                let mut plan = Self::new(
                    "starved-newcomer",
                    "600 made-up names an hour ask for vouchers, and with them names and paths beside each newcomer's",
                    2,
                )
                .step(HOUR_MS, Step::Attack(Kind::Names(600)))
                .disturbed(0, 0, 1);
                plan.population.sites = 30;
                plan
            }
            "ground-homes" => {
                let mut plan = Self::new(
                    "ground-homes",
                    "five domains that were ground to be all homes of a word deny one publisher's records",
                    6,
                )
                .step(DAY, Step::Attack(Kind::Ground(5)))
                .disturbed(DAY, DAY, 1);
                plan.population.sites = 300;
                plan
            }
            _ => return None,
        })
    }

    /// The same with a tenth of the sites, addresses and records; where nothing befalls it, a quarter of the days, too.
    #[must_use]
    pub fn tenth(mut self) -> Self {
        // A network in which every site takes in everything would have no home to replace.
        self.population.sites = (self.population.sites / 10).max(30);
        (self.daily, self.hourly) = (100, 20);
        if self.steps.is_empty() {
            self.days = self.days.div_ceil(4);
        }
        for (_, step) in &mut self.steps {
            match step {
                Step::Attack(Kind::Domain(count) | Kind::Victim(count) | Kind::Colluders(count)) => {
                    *count /= 10;
                }
                Step::KeepTexts(count) => *count /= 2,
                Step::Popular { courses, publishers } => {
                    *courses /= 10;
                    *publishers /= 10;
                }
                _ => {}
            }
        }
        self
    }
}
