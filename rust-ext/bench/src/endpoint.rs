//! `endpoint`: what other sites call, at a real Moodle behind nginx and php-fpm, beside pages that do as good as nothing.
//!
//! The site knows 180,000 signed sites with four vouchers each, and holds 50,000 signed records of real courses under the
//! first two of their terms. `scripts/lib/bench_endpoint.sh` makes the sites before and removes them after; load comes from
//! `wrk`, over eight connections, on the same machine. Rates are compared within rounds that follow one upon the other, and
//! the median of the rounds' ratios counts.

mod content;
mod load;
mod memory;
mod pages;
mod rates;
pub mod site;
mod work;
mod world;

use crate::Failed;
use crate::report::Report;
use site::Site;
use world::World;

/// Runs the bench.
///
/// # Errors
/// Where the data is missing, a site is not there, or something is answered that should not be.
pub fn run(report: &mut Report) -> Result<(), Failed> {
    let pages = Site::open("bench-pages")?;
    pages::run(report, &pages)?;
    let world = World::new()?;
    let folder = site::folder()?;
    world.write(&folder)?;
    let held = content::Held::new(&world)?;
    held.write(&folder)?;
    for name in ["bench-pgsql", "bench-mariadb"] {
        let site = Site::open(name)?;
        site.php("bench_fill.php", &[&folder])?;
        // What was filled in as if long ago is not new to a view that was there before.
        site.delete_view()?;
    }
    let site = Site::open("bench-pgsql")?;
    work::rebuild(report, &site)?;
    work::catch_up(report, &site)?;
    rates::run(report, &site)?;
    memory::run(report, &site)?;
    for (site, database) in [(site, "pgsql"), (Site::open("bench-mariadb")?, "mariadb")] {
        work::store(report, &site, &world, database)?;
    }
    Ok(())
}
