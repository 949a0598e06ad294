package io.github.camelroboflow.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.app.settings.Settings.BatchSettings;
import io.github.camelroboflow.app.settings.Settings;
import io.github.camelroboflow.app.status.StatusReport;
import io.github.camelroboflow.app.status.StatusSocket.Answers;
import io.github.camelroboflow.app.status.StatusSocket;
import io.github.camelroboflow.delivery.outbox.Outbox.Backlog;
import io.github.camelroboflow.delivery.outbox.Outbox;
import io.github.camelroboflow.inference.support.Json;
import io.github.camelroboflow.inference.support.MessageText;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/**
 * The commands that ask the running program, and its answers. An answer that begins with {@value #UNKNOWN} says that it knows
 * nothing of what it was asked for.
 */
final class Questions {

    private static final String STATUS = "status";
    private static final String EXPLAIN = "explain";
    private static final String WAITING = "waiting";
    private static final String DROP = "drop";
    private static final String UNKNOWN = "unknown\n";
    private static final int INCOMPLETE = 1;

    /** The longest time for an answer; for one that may run the model; and for a part of what is dropped. */
    private static final Duration LONGEST = Duration.ofSeconds(30);
    private static final Duration LONGEST_EXPLANATION = Duration.ofMinutes(2);
    private static final Duration LONGEST_DROP = Duration.ofSeconds(5);
    /** The number of waiting results that are listed. */
    private static final int MOST_LISTED = 1000;

    private final PrintStream out;
    private final PrintStream err;
    private final Supplier<List<Path>> folders;
    private final Duration longest;

    Questions(PrintStream out, PrintStream err) {
        this(out, err, Questions::sockets, LONGEST);
    }

    /**
     * @param folders returns the folders in which programs are asked; the first is the usual one
     * @param longest the time for an answer that needs no model
     */
    Questions(PrintStream out, PrintStream err, Supplier<List<Path>> folders, Duration longest) {
        this.out = out;
        this.err = err;
        this.folders = folders;
        this.longest = longest;
    }

    private static List<Path> sockets() {
        return Settings.of(Application.properties()).sockets();
    }

    /** Returns the answer of the running program to a question. */
    static String answer(String question, Supplier<String> report, CamelContext context, Settings settings) {
        String[] words = (question + "  ").split(" ", 3);
        if (words[0].equals(EXPLAIN)) {
            return explanation(context, settings, Path.of(question.substring(EXPLAIN.length() + 1)));
        }
        if (!words[0].equals(WAITING) && !words[0].equals(DROP)) {
            return report.get();
        }
        Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
        if (outbox == null) {
            return UNKNOWN;
        }
        return words[0].equals(WAITING) ? waiting(outbox, words[1]) : drop(outbox, words[1], words[2].strip());
    }

    private static String explanation(CamelContext context, Settings settings, Path file) {
        try {
            Outbox outbox = context.getRegistry().lookupByNameAndType("outbox", Outbox.class);
            return new Explanation(context, settings, outbox).of(file).orElse(UNKNOWN);
        } catch (IOException e) {
            throw new UncheckedIOException(file + " can't be explained: " + e.getMessage(), e);
        }
    }

    private static String waiting(Outbox outbox, String id) {
        List<String> lines = id.isEmpty() ? outbox.backlogs().stream().map(Questions::line).toList()
                : outbox.waitingFor(id, MOST_LISTED).stream().map(each -> each.image() + " since " + StatusReport.time(each.since())
                        + ", " + each.attempts() + " tries so far").toList();
        return lines.isEmpty() ? UNKNOWN : lines.stream().map(MessageText::printable).collect(Collectors.joining("\n")) + "\n";
    }

    private static String line(Backlog backlog) {
        return String.format(Locale.ROOT, "%s  %,d %s for %s since %s%s", backlog.id(), backlog.messages(),
                backlog.messages() == 1 ? "waits" : "wait", backlog.destination(), StatusReport.time(backlog.oldest()),
                backlog.reason().map(reason -> ", which is down: " + reason).orElse(""));
    }

    private static String drop(Outbox outbox, String id, String until) {
        return outbox.drop(id, Instant.ofEpochMilli(Long.parseLong(until)), LONGEST_DROP)
                .map(part -> Json.MAPPER.createObjectNode().put("dropped", part.dropped()).put("left", part.left())
                        .put("folder", part.folder().toString()).toString()).orElse(UNKNOWN);
    }

    /** Asks the programs that run with this configuration. Says so if one is silent, or may not be asked. */
    private Answers ask(String question, Duration patience) throws IOException {
        List<Path> places = folders.get();
        Answers answers = ask(places.get(0), question, patience);
        if (answers.texts().isEmpty() && answers.silent() == 0 && places.size() > 1) {
            Answers others = ask(places.get(1), question, patience);
            return others.texts().isEmpty() && others.silent() == 0 ? answers : others;
        }
        return answers;
    }

    private Answers ask(Path folder, String question, Duration patience) throws IOException {
        Answers answers = StatusSocket.ask(folder, question, patience);
        if (answers.silent() > 0) {
            err.println("The program that works in " + folder + " has not answered for " + patience.toSeconds() + " s: it is"
                    + " suspended (kill -CONT continues it) or very busy");
        }
        answers.owner().ifPresent(owner -> err.println("This user may not ask the program that works in " + folder + ": only "
                + owner + " may. Give the command as that user, such as by sudo -u"));
        return answers;
    }

    /** Does the same, and also says so if there is no program. */
    private Answers askRunning(String question) throws IOException {
        Answers answers = ask(question, longest);
        if (answers.texts().isEmpty() && answers.silent() == 0 && answers.owner().isEmpty()) {
            err.println("No program answers in " + folders.get().get(0) + ": none runs with this folder as its work");
        }
        return answers;
    }

    /** Prints what the programs tell. Returns 1 if there are none. */
    int status() {
        return run(() -> {
            Answers answers = askRunning(STATUS);
            answers.texts().forEach(out::print);
            return answers.isComplete() ? 0 : INCOMPLETE;
        });
    }

    /**
     * Prints the destinations that results wait for, or the results that wait for one of them.
     *
     * @param id the id of a destination; empty for all destinations
     */
    int waiting(String id) {
        return run(() -> {
            Answers answers = askRunning(WAITING + " " + id);
            List<String> known = answers.texts().stream().filter(text -> !text.equals(UNKNOWN)).toList();
            known.forEach(out::print);
            if (known.isEmpty() && !answers.texts().isEmpty()) {
                out.println(id.isEmpty() ? "Nothing waits in the outbox" : "Nothing waits in the outbox for a destination " + id);
            }
            return answers.isComplete() ? 0 : INCOMPLETE;
        });
    }

    /** Drops the results that wait for a destination. Returns 1 if some stay. */
    int drop(String id, boolean confirmed) {
        if (!confirmed) {
            err.println("Nothing was dropped: drop " + id + " --confirm takes all results that wait for this destination out of the"
                    + " outbox, and waiting " + id + " lists them");
            return Main.CANNOT_START;
        }
        return run(() -> drop(id));
    }

    private int drop(String id) throws IOException {
        String question = DROP + " " + id + " " + Instant.now().toEpochMilli();
        long dropped = 0;
        JsonNode part = null;
        boolean further = true;
        while (further) {
            Answers answers = askRunning(question);
            String text = answers.texts().stream().filter(each -> !each.equals(UNKNOWN)).findFirst().orElse("");
            if (text.isEmpty() || !text.startsWith("{")) {
                err.print(text.isEmpty() && !answers.texts().isEmpty() ? "There is no destination " + id + ": the command waiting"
                        + " lists those that results wait for\n" : text);
                return INCOMPLETE;
            }
            part = parse(text);
            dropped += part.path("dropped").asLong();
            further = part.path("dropped").asLong() > 0 && part.path("left").asLong() > 0;
        }
        out.println(dropped + (dropped == 1 ? " result was dropped" : " results were dropped")
                + (dropped == 0 ? "" : ", and each is a file in " + part.path("folder").asText()));
        long left = part.path("left").asLong();
        if (left > 0) {
            err.println(left + (left == 1 ? " result is" : " results are") + " being sent, and not dropped: try again");
        }
        return left > 0 ? INCOMPLETE : 0;
    }

    private static JsonNode parse(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the program gave an answer that this command does not know: is it of another version?",
                    e);
        }
    }

    /** Explains an image, by the program that runs or else by a new start of the same configuration. Returns 1 if it is unknown. */
    int explain(Path file) {
        Main.prepare();
        return run(() -> {
            if (Application.properties().apply("routes").orElse("").equals("batch")) {
                return explained(file, UNKNOWN);
            }
            Answers answers = ask(EXPLAIN + " " + (Files.exists(file) ? file.toAbsolutePath() : file), LONGEST_EXPLANATION);
            if (answers.texts().isEmpty() && answers.silent() > 0) {
                return INCOMPLETE;
            }
            if (!answers.texts().isEmpty()) {
                return explained(file, answers.texts().stream().filter(text -> !text.equals(UNKNOWN)).findFirst().orElse(UNKNOWN));
            }
            try (ConfigurationCheck start = new ConfigurationCheck()) {
                List<String> mistakes = start.mistakes();
                if (!mistakes.isEmpty()) {
                    return Main.cannotStart(err, mistakes);
                }
                return explained(file, explanation(start.getCamelContext(), start.settings(), file));
            }
        });
    }

    /** Prints an explanation. Looks in the results of a batch if the watched folders know nothing of the image. */
    private int explained(Path file, String text) throws IOException {
        if (!text.equals(UNKNOWN)) {
            out.print(text);
            return 0;
        }
        BatchSettings batch = Settings.of(Application.properties()).batch();
        Optional<String> result = batch.out().isBlank() ? Optional.empty() : new BatchExplanation(batch).of(file);
        result.ifPresentOrElse(out::print, () -> err.println("There is no image " + file + " in the folders inbox, work, done and"
                + " failed of this configuration" + (batch.out().isBlank() ? "; for an image of a batch, set the property out to"
                + " the folder of its results" : ", or in the results of the batch in " + batch.out())));
        return result.isPresent() ? 0 : INCOMPLETE;
    }

    /** A command, with its exit code. */
    @FunctionalInterface
    private interface Command {
        int run() throws IOException;
    }

    private int run(Command command) {
        Logging.prepare();
        try {
            return command.run();
        } catch (IOException | RuntimeException e) {
            return Main.cannotStart(err, StartError.sentences(e));
        }
    }
}
