//! A real Moodle site as `scripts/lib/site` makes it: its address, its PHP, its workers.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Failed;

/// The most characters that are shown of what a command printed that failed.
const WORDS: usize = 500;

/// A site that runs.
pub struct Site {
    directory: PathBuf,
    /// Its address, without a slash at the end.
    pub url: String,
}

impl Site {
    /// The site of this name in the work directory.
    ///
    /// # Errors
    /// Where there is none.
    pub fn open(name: &str) -> Result<Self, Failed> {
        let directory = work()?.join("sites").join(name);
        let url = fs::read_to_string(directory.join("url"))
            .map_err(|_| format!("there is no site \"{name}\": scripts/bench makes it before this runs"))?;
        Ok(Self { directory, url: url.trim().to_owned() })
    }

    /// Where other sites call.
    #[must_use]
    pub fn peer(&self) -> String {
        format!("{}/local/courseglue/peer.php", self.url)
    }

    /// The command that runs a script of `scripts/lib/php` in this site: the site's configuration, then these arguments.
    pub fn command(&self, script: &str, arguments: &[impl AsRef<OsStr>]) -> Command {
        let mut command = Command::new(self.directory.join("php"));
        command.arg(script_file(script)).arg(self.directory.join("config.php")).args(arguments);
        command
    }

    /// Runs a script of `scripts/lib/php` in this site, and gives what it prints.
    ///
    /// # Errors
    /// Where it fails, with its words.
    pub fn php(&self, script: &str, arguments: &[impl AsRef<OsStr>]) -> Result<String, Failed> {
        output(&mut self.command(script, arguments))
    }

    /// Gives the site fresh workers.
    ///
    /// # Errors
    /// Where it does not start again.
    pub fn restart(&self) -> Result<(), Failed> {
        let name = self.directory.file_name().unwrap_or_default();
        output(Command::new(script_file("../site")).arg(name).arg("restart")).map(drop)
    }

    /// Deletes the view.
    ///
    /// # Errors
    /// Where a file of it stays.
    pub fn delete_view(&self) -> Result<(), Failed> {
        for file in fs::read_dir(self.directory.join("localcache/local_courseglue"))? {
            fs::remove_file(file?.path())?;
        }
        Ok(())
    }

    /// The process ids of the PHP workers.
    ///
    /// # Errors
    /// Where they do not run.
    pub fn workers(&self) -> Result<Vec<u32>, Failed> {
        let master = fs::read_to_string(self.directory.join("fpm.pid"))?;
        let master = master.trim();
        let children = fs::read_to_string(format!("/proc/{master}/task/{master}/children"))?;
        Ok(children.split_whitespace().map(str::parse).collect::<Result<_, _>>()?)
    }

    /// Takes the plugin out of Moodle.
    ///
    /// # Errors
    /// Where Moodle does not do that.
    pub fn uninstall_plugin(&self) -> Result<(), Failed> {
        let run = |script: &str, arguments: &[&str]| {
            let script = self.directory.join("www/admin/cli").join(script);
            output(Command::new(self.directory.join("php")).arg(script).args(arguments))
        };
        run("uninstall_plugins.php", &["--plugins=local_courseglue", "--run"])?;
        fs::remove_dir_all(self.directory.join("www/local/courseglue"))?;
        run("purge_caches.php", &[])?;
        Ok(())
    }
}

fn script_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/lib/php").join(name)
}

fn work() -> Result<PathBuf, Failed> {
    let set = std::env::var_os("COURSEGLUE_WORK").map(PathBuf::from);
    set.ok_or_else(|| "this bench runs by scripts/bench, which makes its sites".into())
}

/// The folder for what this bench hands to its sites.
///
/// # Errors
/// Where it cannot be made.
pub fn folder() -> Result<PathBuf, Failed> {
    let folder = work()?.join("run/bench");
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// What a command prints.
///
/// # Errors
/// Where it fails, with its words.
pub fn output(command: &mut Command) -> Result<String, Failed> {
    let run = command.output().map_err(|e| format!("{command:?} cannot be run: {e}"))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if !run.status.success() {
        let words = |bytes: &[u8]| text(bytes).chars().take(WORDS).collect::<String>();
        return Err(format!("{command:?} failed: {} {}", words(&run.stdout), words(&run.stderr)).into());
    }
    Ok(text(&run.stdout))
}
