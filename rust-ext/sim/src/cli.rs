//! The commands: what they are given, what they do, what they print.

mod arguments;
mod questions;

mod tables;

use std::process::ExitCode;

use crate::network::state::{self, State};
use crate::network::{Network, claims, course_file};
use crate::report::Report;
use crate::scenario::{NAMES, Plan};
use crate::simulate::simulate;
use crate::young;
use arguments::{Arguments, Command};

/// The text that `courseglue --help` prints.
pub const HELP: &str = "\
courseglue: CourseGlue without web servers

  courseglue simulate [--scenario NAME] [--sites N] [--days D] [--seed S] [--tenth] [--json]
      a whole network in virtual time, with the engine and the messages of the real one; exit status 1 where
      an invariant did not hold
  courseglue network [--sites N] [--join URL] [--courses FILE.jsonl] [--state FILE] [--check]
      sites in one process on loopback HTTP (50 unless told), until Ctrl-C: a network of their own, or members of
      that of the site at URL; FILE tells where they are; with --check it tries what it promises and ends
  courseglue search WORDS... [--lang LANGUAGE] [--at URL]
  courseglue stats [--at URL]
      asks the network that runs, or the site at a URL that it printed
";

/// Runs the command of this process.
#[must_use]
pub fn run() -> ExitCode {
    let outcome = Arguments::of_process().and_then(|arguments| match arguments.command {
        Command::Help => {
            print!("{HELP}\nScenarios: {}, {}\n", NAMES.join(", "), young::NAME);
            Ok(true)
        }
        Command::Simulate => run_simulation(&arguments),
        Command::Network => run_network(&arguments),
        Command::Search => questions::search(&arguments).map(|()| true),
        Command::Stats => questions::stats(&arguments).map(|()| true),
    });
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("courseglue: {why}");
            ExitCode::from(2)
        }
    }
}

fn run_simulation(arguments: &Arguments) -> Result<bool, String> {
    let name = arguments.scenario.as_deref().unwrap_or(NAMES[0]);
    if name == young::NAME {
        return set_up_networks(arguments);
    }
    let mut plan = Plan::named(name).ok_or_else(|| {
        format!("there is no scenario '{name}': choose one of {}, {}", NAMES.join(", "), young::NAME)
    })?;
    if arguments.tenth {
        plan = plan.tenth();
    }
    if let Some(sites) = arguments.sites {
        plan.population.sites = sites;
    }
    plan.days = arguments.days.unwrap_or(plan.days);
    let report = simulate(&plan, arguments.seed, |day, world| {
        if !arguments.json {
            eprintln!("day {day}: {} requests so far", world.traffic.requests);
        }
    })?;
    tell(&report, arguments.json)
}

/// Sets up small networks, a hundred of each size, or ten; of one size, where it is named.
fn set_up_networks(arguments: &Arguments) -> Result<bool, String> {
    let sizes = arguments.sites.map_or_else(|| young::SIZES.to_vec(), |sites| vec![sites]);
    let networks = if arguments.tenth { 10 } else { *young::SEEDS.end() };
    let seeds = arguments.seed..=arguments.seed.saturating_add(networks - 1);
    let report = young::play(&sizes, seeds, |so_far| {
        if !arguments.json {
            eprintln!("{so_far}");
        }
    });
    tell(&report, arguments.json)
}

fn tell(report: &Report, json: bool) -> Result<bool, String> {
    if json {
        println!("{}", serde_json::to_string(report).map_err(|e| e.to_string())?);
    } else {
        print!("{report}");
    }
    Ok(report.violations == 0)
}

fn run_network(arguments: &Arguments) -> Result<bool, String> {
    let courses = match &arguments.courses {
        Some(file) => course_file::read(file)?,
        None => course_file::own(arguments.join.is_some())?,
    };
    let sites = arguments.sites.unwrap_or(50);
    let progress = |what: &str| eprintln!("courseglue: {what}");
    let network =
        Network::start(sites, arguments.join.as_deref(), courses, progress).map_err(|e| e.to_string())?;
    tables::network(&network);
    if arguments.check {
        let held = claims::check(&network, |sentence, held| {
            println!(" {} {sentence}", if held { "ok    " } else { "FAILED" });
        });
        return Ok(held);
    }
    let sites: Vec<String> = network.hosts.iter().map(|host| host.url().to_owned()).collect();
    let state = State { url: sites.first().cloned().unwrap_or_default(), sites };
    let file = arguments.state.clone().map_or_else(state::file, Into::into);
    state::write(&state, &file).map_err(|e| format!("{} cannot be written: {e}", file.display()))?;
    println!("\nIn another terminal: courseglue search WORDS, courseglue stats. Ctrl-C ends the network.");
    network.keep_alive()
}
