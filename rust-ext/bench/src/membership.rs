//! `membership`: what a site pays a day for knowing everybody, over the floor: every site's descriptor of 520 bytes, with
//! its vouchers, once in the 25 days after which it is signed anew.
//!
//! Networks of 180,000 and of a million sites are computed by a [`model`], which is held against real exchanges of real
//! sites in networks of 1,000 and 10,000 ([`points`]). Every transfer is counted once, with the site that asked for it; what
//! a site sends to others who ask is as much in the mean.

mod model;
mod points;
mod statement;

use crate::Failed;
use crate::report::{Baseline, Report, Target};
use crate::world::{self, DOMAINS};
use model::Model;
use statement::Statements;

/// Runs the bench.
///
/// # Errors
/// Where the data is missing, or sites do not learn what they should.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    for (sites, hourly) in [(1_000, 40), (10_000, 10)] {
        let places = world::places(sites, sites * DOMAINS / world::SITES)?;
        let statements = Statements::new(places)?;
        let model = Model::new(sites, &statements)?;
        let measured = points::bytes_a_day(&statements, hourly)?;
        let baseline = Baseline { name: "real exchanges", value: measured };
        let metric = format!("model_bytes_{sites}");
        // Vouchers are renewed once in a month; the two measured days are too short for that.
        let modelled = model.bytes_a_day() - model.vouching();
        report.beside(&metric, modelled, "B", Target::None, baseline);
        // What it says of networks that nobody can play must not flatter.
        report.figure(&format!("model_over_real_{sites}"), modelled / measured, "", Target::AtLeast(0.95));
    }
    let statements = Statements::new(world::places(4_000, 4_000 * DOMAINS / world::SITES)?)?;
    for sites in [180_000, 1_000_000] {
        let model = Model::new(sites, &statements)?;
        let all = model.bytes_a_day();
        report.figure(&format!("over_floor_{sites}"), all / model.floor(), "", Target::AtMost(1.7));
        report.figure(&format!("megabytes_a_day_{sites}"), all / 1e6, "MB", Target::None);
        for (part, bytes) in model.parts() {
            report.figure(&format!("{part}_{sites}"), bytes / model.floor(), "of floor", Target::None);
        }
    }
    Ok(())
}
