//! What goes wrong on purpose, and the simulator.

use super::{Setting, setting};

pub(super) const FAULTS: &[Setting] = &[
    setting(
        "ZEROTH_FAULTS",
        "unset",
        "503*2,stall=20s@0.1",
        "Faults to put in front of the models, as `NAME[=VALUE][*TIMES][@PROBABILITY],…`; docs/faults.md lists them.",
    ),
    setting("ZEROTH_FAULT_SEED", "1", "7", "By which seed they are drawn."),
    setting(
        "ZEROTH_FAULT_COMPONENTS",
        "all but game_setup",
        "game_setup,dialogue",
        "Which parts of the game they hit.",
    ),
];

pub(super) const SIMULATOR: &[Setting] = &[
    setting(
        "ZEROTH_SIM_SPEED",
        "real",
        "instant",
        "How fast the simulator answers: `real`, `instant`, or a factor such as `2x`.",
    ),
    setting("ZEROTH_SIM_SEED", "1", "7", "The seed: the same seed and conversation give the same answers."),
    setting(
        "ZEROTH_SIM_LOAD",
        "0.0005",
        "0",
        "How much longer the simulator takes for each other call that is under way: 0.01 makes it twice as slow for a \
         hundred.",
    ),
    setting("ZEROTH_SIM_HOST", "127.0.0.1", "0.0.0.0", "The address on which `zeroth sim` serves the simulator."),
    setting("ZEROTH_SIM_PORT", "5051", "8081", "The port on which `zeroth sim` serves it; 0 takes a free one."),
    setting("ZEROTH_SIM_KEY", "unset", "secret", "The key that `zeroth sim` wants. Unset: any key, or none.").secret(),
    setting(
        "ZEROTH_SIM_FAULTS",
        "unset",
        "503*2,stall=5s@0.1",
        "What goes wrong in `zeroth sim`: `NAME[=VALUE][*TIMES][@PROBABILITY]`, with commas between. `GET /admin/faults` \
         lists the names, `PUT` changes the rules while it runs; the header `X-Zeroth-Fault` and the name of a model \
         (`gpt-4o-mini+503`) do it for one request.",
    ),
    setting("ZEROTH_SIM_FAULT_SEED", "1", "7", "The seed by which faults with a probability are drawn."),
    setting(
        "ZEROTH_SIM_RPM",
        "unset",
        "60",
        "How many requests per minute `zeroth sim` lets in, for each key and model. Unset: nothing is refused.",
    ),
    setting(
        "ZEROTH_SIM_TPM",
        "unset",
        "20000",
        "How many tokens per minute; at Anthropic's paths of those that go in, and a fifth of it of those that come out.",
    ),
    setting("ZEROTH_SIM_JOURNAL", "1000", "50", "How many requests `GET /admin/journal` of `zeroth sim` remembers."),
    setting(
        "ZEROTH_SIM_JOURNAL_CONTENT",
        "false",
        "true",
        "Whether it remembers their bodies, and with them the prompts: the last 64 MB of them.",
    ),
];
