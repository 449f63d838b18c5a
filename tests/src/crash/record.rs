//! Programs under strace.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::trace::Trace;
use crate::rig::{self, Running};

/// The calls that change files, or open ones. A question mark: not every processor has it.
const CALLS: &str = "trace=?open,openat,?openat2,?creat,close,?dup,?dup2,dup3,fcntl,lseek,write,writev,pwrite64,pwritev,\
    fsync,fdatasync,?sync_file_range,ftruncate,truncate,fallocate,?rename,renameat,?renameat2,?unlink,unlinkat,?mkdir,\
    mkdirat,?rmdir,?link,linkat,?symlink,symlinkat,sendfile,copy_file_range";

/// A program whose calls are written down.
#[derive(Debug)]
pub struct Recording {
    /// The program; strace follows it, and ends with it.
    pub running: Running,
    /// What it prints.
    pub output: PathBuf,
    trace: PathBuf,
}

impl Recording {
    /// Starts a program under strace, which may be told more, such as to spoil calls. The trace and what it prints lie in
    /// `folder`, under a name.
    #[must_use]
    pub fn start(
        strace: &Path,
        more: &[&str],
        program: &Command,
        folder: &Path,
        name: &str,
    ) -> Self {
        let trace = folder.join(format!("{name}.trace"));
        let output = folder.join(format!("{name}.out"));
        let mut command = Command::new(strace);
        // The program is the child, strace a grandchild: signals reach the program itself.
        command.args(["-D", "-f", "-xx", "-y", "-ttt", "--seccomp-bpf", "-s", "4194304"]);
        command.args(["-e", CALLS]).args(more).arg("-o").arg(&trace).arg("--");
        command.arg(program.get_program()).args(program.get_args());
        let running = Running::start(&mut command, &output);
        Self { running, output, trace }
    }

    /// The calls, once the program has ended.
    ///
    /// # Panics
    /// When it does not end within a minute.
    #[must_use]
    pub fn finish(mut self) -> Trace {
        let end = format!("{} ", self.running.0.id());
        let mut text = String::new();
        rig::wait_until("the program ends", Duration::from_secs(60), || {
            self.running.0.try_wait().is_ok_and(|status| status.is_some())
        });
        rig::wait_until("its trace is whole", Duration::from_secs(20), || {
            text = std::fs::read_to_string(&self.trace).unwrap_or_default();
            let last = text.lines().rev().take(40).any(|line| {
                line.starts_with(&end) && line.contains(" +++ ") && line.ends_with("+++")
            });
            last && text.ends_with('\n')
        });
        Trace::parse(&text)
    }
}
