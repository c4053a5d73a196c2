//! The arguments of a command line.

use std::ffi::OsString;

use lexopt::prelude::*;

/// The command to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Simulate,
    Network,
    Search,
    Stats,
}

/// The arguments that were given.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub command: Command,
    pub scenario: Option<String>,
    pub sites: Option<usize>,
    pub days: Option<u32>,
    pub seed: u64,
    pub tenth: bool,
    pub json: bool,
    pub check: bool,
    pub courses: Option<String>,
    pub join: Option<String>,
    pub state: Option<String>,
    pub lang: Option<String>,
    pub at: Option<String>,
    pub words: Vec<String>,
}

impl Arguments {
    pub fn of_process() -> Result<Self, String> {
        Self::read(std::env::args_os().skip(1))
    }

    fn read(arguments: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Self, String> {
        let mut parser = lexopt::Parser::from_args(arguments);
        let mut read = Self {
            command: Command::Help,
            scenario: None,
            sites: None,
            days: None,
            seed: 1,
            tenth: false,
            json: false,
            check: false,
            courses: None,
            join: None,
            state: None,
            lang: None,
            at: None,
            words: Vec::new(),
        };
        let fault = |e: lexopt::Error| format!("{e}. See courseglue --help");
        let mut command = None;
        while let Some(argument) = parser.next().map_err(fault)? {
            let text = |parser: &mut lexopt::Parser| parser.value().and_then(lexopt::ValueExt::string);
            match argument {
                Long("help") | Short('h') => return Ok(Self { command: Command::Help, ..read }),
                Long("scenario") => read.scenario = Some(text(&mut parser).map_err(fault)?),
                Long("sites") => read.sites = Some(parser.value().and_then(|v| v.parse()).map_err(fault)?),
                Long("days") => read.days = Some(parser.value().and_then(|v| v.parse()).map_err(fault)?),
                Long("seed") => read.seed = parser.value().and_then(|v| v.parse()).map_err(fault)?,
                Long("tenth") => read.tenth = true,
                Long("json") => read.json = true,
                Long("check") => read.check = true,
                Long("courses") => read.courses = Some(text(&mut parser).map_err(fault)?),
                Long("join") => read.join = Some(text(&mut parser).map_err(fault)?),
                Long("state") => read.state = Some(text(&mut parser).map_err(fault)?),
                Long("lang") => read.lang = Some(text(&mut parser).map_err(fault)?),
                Long("at") => read.at = Some(text(&mut parser).map_err(fault)?),
                Value(word) if command.is_none() => command = Some(named(&word.string().map_err(fault)?)?),
                Value(word) => read.words.push(word.string().map_err(fault)?),
                other => return Err(fault(other.unexpected())),
            }
        }
        read.command = command.unwrap_or(Command::Help);
        if read.sites.is_some_and(|sites| sites == 0 || sites > 50_000) {
            return Err("--sites wants a number from 1 to 50000".into());
        }
        Ok(read)
    }
}

fn named(command: &str) -> Result<Command, String> {
    match command {
        "help" => Ok(Command::Help),
        "simulate" => Ok(Command::Simulate),
        "network" => Ok(Command::Network),
        "search" => Ok(Command::Search),
        "stats" => Ok(Command::Stats),
        other => Err(format!("there is no command '{other}'. See courseglue --help")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_and_words_may_stand_in_any_order() {
        let read =
            Arguments::read(["search", "--lang", "de", "zelle", "--at=http://127.1.0.1:1", "biologie"])
                .unwrap();
        assert_eq!((read.command, read.words.join(" ")), (Command::Search, "zelle biologie".into()));
        assert_eq!((read.lang.as_deref(), read.at.as_deref()), (Some("de"), Some("http://127.1.0.1:1")));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (arguments, word) in [
            (vec!["serch"], "serch"),
            (vec!["simulate", "--days", "x"], "x"),
            (vec!["stats", "--all"], "--all"),
        ] {
            assert!(Arguments::read(arguments).unwrap_err().contains(word));
        }
    }
}
