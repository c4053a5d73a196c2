//! A simulation from beginning to end, checked every virtual day, and every hour after what befell it.

use std::time::Instant;

use courseglue_protocol::{HOUR_MS, Millis};

use crate::attack::Kind;
use crate::invariant::{self, Tally};
use crate::report::{Report, peak_megabytes};
use crate::scenario::Plan;
use crate::world::{START, Step, World};

/// Hours that are watched after a disturbance.
const WATCHED: Millis = 72 * HOUR_MS;

/// Runs a plan; `progress` is called after each day.
///
/// # Errors
/// An error where the network cannot be made.
pub fn simulate(plan: &Plan, seed: u64, mut progress: impl FnMut(u32, &World)) -> Result<Report, String> {
    let begun = Instant::now();
    let mut world = World::new(&plan.population, &plan.catalogue, seed)?;
    world.churn = plan.churn;
    for (at, step) in &plan.steps {
        world.plan(*at, step.clone());
    }
    let mut tallies: Vec<Tally> = Vec::new();
    let mut asked_at = START;
    for hour in 0..=Millis::from(plan.days) * 24 {
        world.run_until(START + hour * HOUR_MS);
        collect(&mut world, asked_at, &mut tallies);
        let daily = hour % 24 == 0 && hour > 0;
        let since = world.now.saturating_sub(START + plan.disturbed.1);
        let watched = plan.within > 0 && world.now >= START + plan.disturbed.1 && since <= WATCHED;
        if daily || watched {
            check(plan, &mut world, if daily { plan.daily } else { plan.hourly }, &mut tallies);
            asked_at = world.now;
        }
        if hour % 24 == 0 {
            progress(u32::try_from(hour / 24).unwrap_or(u32::MAX), &world);
            world.plan_day();
        }
        world.touch_some();
    }
    // The last searches come to their end.
    world.run_until(world.now + HOUR_MS / 2);
    collect(&mut world, asked_at, &mut tallies);
    let mut report = Report::new(plan, &world, seed, &tallies);
    report.seconds = begun.elapsed().as_secs_f64();
    report.peak_megabytes = peak_megabytes();
    Ok(report)
}

fn check(plan: &Plan, world: &mut World, searches: usize, tallies: &mut Vec<Tally>) {
    tallies.push(invariant::converged(world));
    tallies.push(invariant::quota(world));
    for (_, step) in &plan.steps {
        match step {
            Step::Attack(Kind::Victim(_)) => tallies.push(invariant::victim(world)),
            Step::Attack(Kind::Domain(_)) => tallies.push(invariant::homes(world)),
            Step::Attack(Kind::Names(_)) => tallies.push(invariant::admitted(world)),
            Step::Attack(Kind::Takeover(_)) | Step::LoseKeys { .. } => tallies.push(invariant::keys(world)),
            _ => {}
        }
    }
    invariant::look(world, searches);
    invariant::look_for_victims(world, searches / 5);
    invariant::look_for_popular(world);
}

fn collect(world: &mut World, asked_at: Millis, tallies: &mut Vec<Tally>) {
    let results = std::mem::take(&mut world.looked);
    if !results.is_empty() {
        tallies.extend(invariant::looked(world, asked_at, &results));
    }
}
