package io.github.camelroboflow.app.launch;

import java.util.Optional;

/** Ends the program when the launcher that started it is gone: a launcher that is killed can't stop it. */
public final class LauncherWatch {

    /** The property with the process id of the launcher; absent if there is none. */
    static final String LAUNCHER = "launcher.pid";

    private static final int EXIT_CODE_OF_SIGTERM = 143;

    private LauncherWatch() {
    }

    /** Begins to watch the launcher, if there is one. */
    public static void start() {
        Long launcher = Long.getLong(LAUNCHER);
        if (launcher != null) {
            Optional<ProcessHandle> process = ProcessHandle.current().parent().filter(parent -> parent.pid() == launcher);
            process.ifPresentOrElse(parent -> parent.onExit().thenRun(LauncherWatch::end), LauncherWatch::end);
        }
    }

    private static void end() {
        System.exit(EXIT_CODE_OF_SIGTERM);
    }
}
