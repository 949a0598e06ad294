package io.github.camelroboflow.app;

import io.github.camelroboflow.delivery.bucket.BucketImages.BucketAddress;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program's command line. Without arguments the program runs its routes. Neither Camel nor a native library is loaded before a
 * command needs it.
 */
@Command(name = "camel-roboflow", mixinStandardHelpOptions = true, usageHelpAutoWidth = true,
        description = "Runs images through a vision model, and brings each result where its classes say. Without arguments it"
                + " runs the routes that config/application.properties names, until Ctrl-C.",
        footer = {"", "Properties are set in config/application.properties, or at the start with -Dinbox=/srv/images."
                + " From Maven, write the command into a property: mvn -q -Dcommand=status",
            "Exit codes: 0 done, 1 not everything could be done or nothing was found, 2 a mistake in the configuration or in the"
                + " arguments, 70 an error that a new start heals, 143 stopped by a signal."})
final class ProgramCommands implements Callable<Integer> {

    /** Holds the arguments where a launcher passes properties only. */
    private static final String PROPERTY = "command";
    /** The property with the folder in which the start script was called; absent if there was none. */
    private static final String PRESENT_FOLDER = "launch.folder";

    private final PrintStream out;
    private final PrintStream err;
    private final boolean ownJvm;

    @Option(names = "--check", description = "Checks the configuration, the routes with their conditions, the model and the"
            + " addresses, and ends: with 0 if a start would succeed, or with 2 and a line for each mistake. It takes, sends and"
            + " writes nothing.")
    private boolean check;

    /** @param ownJvm whether the JVM runs only this program, so that it may be ended */
    ProgramCommands(PrintStream out, PrintStream err, boolean ownJvm) {
        this.out = out;
        this.err = err;
        this.ownJvm = ownJvm;
    }

    /** Runs a command and returns its exit code. */
    int execute(String... args) {
        CommandLine line = new CommandLine(this).setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .setParameterExceptionHandler(this::mistake);
        line.getCommandSpec().version("camel-roboflow " + version());
        return line.execute(args.length == 0 ? words(System.getProperty(PROPERTY, "")) : args);
    }

    /** Splits a text into words; the file that is to be explained may have spaces in its name. */
    static String[] words(String text) {
        return text.isBlank() ? new String[0] : text.strip().split("\\s+", text.strip().startsWith("explain ") ? 2 : 0);
    }

    @Override
    public Integer call() {
        return check ? Main.check(out, err) : Main.run(out, err, ownJvm);
    }

    @Command(name = "status", description = "Asks the running program what it has done, what waits and for whom, and why something"
            + " waits. The exit code is 1 if none runs with the folder work of this configuration.",
            mixinStandardHelpOptions = true)
    int status() {
        return new Questions(out, err).status();
    }

    @Command(name = "explain", description = "Explains an image: the model and its hash, what was found, which conditions are"
            + " true with which numbers, and which destinations have the result; or why it failed. The exit code is 1 if there is"
            + " no such image.", mixinStandardHelpOptions = true)
    int explain(@Parameters(paramLabel = "FILE", description = "The image, its result or its report, or its name in the inbox.")
                Path file) {
        return new Questions(out, err).explain(Files.exists(fromPresentFolder(file)) ? fromPresentFolder(file) : file);
    }

    @Command(name = "batch", description = "Runs the images of IN once, and ends. The results are in OUT: JSON lines, a"
            + " table and a report. After a stop or a kill, the same command goes on. The exit code is 1 if images failed.",
            mixinStandardHelpOptions = true)
    int batch(@Parameters(paramLabel = "IN", description = "The folder of the images, which are only read,"
            + " s3://bucket/prefix or azure://container/prefix.") String in,
            @Parameters(paramLabel = "OUT", description = "The folder of the results, outside of IN.") Path results,
            @Option(names = "--export", paramLabel = "FORMATS", description = "Further formats, separated by commas: coco, yolo,"
                    + " voc, labelme, csv.") String export) {
        System.setProperty("routes", "batch");
        // an address of a bucket gets its own answer
        System.setProperty("in", BucketAddress.isMeant(in) ? in : fromPresentFolder(Path.of(in)).toString());
        System.setProperty("out", fromPresentFolder(results).toString());
        if (export != null) {
            System.setProperty("export", export);
        }
        return Main.run(out, err, ownJvm);
    }

    /** Returns a file that was named in the folder where the start script was called, which is not the folder of the program. */
    private static Path fromPresentFolder(Path file) {
        return Path.of(System.getProperty(PRESENT_FOLDER, "")).resolve(file);
    }

    @Command(name = "waiting", description = "Lists the destinations that results wait for in the outbox of the running program,"
            + " each with an id; or the results that wait for one of them. The exit code is 1 if no program runs.",
            mixinStandardHelpOptions = true)
    int waiting(@Parameters(paramLabel = "ID", arity = "0..1", defaultValue = "", description = "The id of a destination.")
                String id) {
        return new Questions(out, err).waiting(id);
    }

    @Command(name = "drop", description = "Takes all results that wait for a destination out of the outbox of the running program."
            + " Each becomes a file in the folder dropped of outbox.refused. The exit code is 1 if some are left.",
            mixinStandardHelpOptions = true)
    int drop(@Parameters(paramLabel = "ID", description = "The id of the destination, as the command waiting shows it.") String id,
             @Option(names = "--confirm", description = "Confirms it; without this, nothing is dropped.") boolean confirmed) {
        return new Questions(out, err).drop(id, confirmed);
    }

    private int mistake(ParameterException e, String[] args) {
        String wrong = e instanceof UnmatchedArgumentException unmatched ? sentence(unmatched) : e.getMessage();
        err.println("Cannot start: " + wrong + " (--help shows the commands and options)");
        return ExitCode.USAGE;
    }

    private static String sentence(UnmatchedArgumentException e) {
        String argument = e.getUnmatched().get(0);
        int value = argument.indexOf('=');
        if (value > 0) {
            String name = argument.substring(0, value).replaceFirst("^-+D?", "");
            return "there is no argument " + argument + ": set a property in config/application.properties, or write -D" + name
                    + "=…; java takes it before the name of the class only";
        }
        List<String> similar = e.getSuggestions();
        String word = e.getCommandLine().getParent() == null ? "command " : "further argument ";
        String kind = argument.startsWith("-") ? "option " : word;
        return "there is no " + kind + argument
                + (similar.isEmpty() ? "" : ": did you mean " + similar.get(0) + "?");
    }

    /** Returns the version in the manifest of our jar; there is none if the program runs from a source folder. */
    private static String version() {
        return Objects.requireNonNullElse(ProgramCommands.class.getPackage().getImplementationVersion(), "(not packaged)");
    }
}
