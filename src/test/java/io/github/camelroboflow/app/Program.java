package io.github.camelroboflow.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The program in a process of its own, as an operator runs it, with what it prints kept in a file. */
public final class Program implements AutoCloseable {

    private final Process process;
    private final Path output;

    private Program(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /**
     * @param data       where its folders are, but for those that the properties name
     * @param properties that override those of config/application.properties
     */
    public static Program start(Path data, Map<String, String> properties) {
        return start(data, properties, Map.of());
    }

    /** @param environment variables that it has besides ours */
    public static Program start(Path data, Map<String, String> properties, Map<String, String> environment) {
        List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path")));
        for (String folder : List.of("inbox", "work", "done", "failed", "results")) {
            command.add("-D" + folder + "=" + data.resolve(folder));
        }
        command.add("-Ddelivery.database=jdbc:h2:file:" + data.resolve("delivery"));
        command.add("-Doutbox.refused=" + data.resolve("refused"));
        properties.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add(Main.class.getName());
        try {
            Path output = Files.createTempFile(data, "output", ".txt");
            ProcessBuilder program = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            program.environment().remove("ROBOFLOW_API_KEY");
            program.environment().putAll(environment);
            return new Program(program.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Ctrl-C does. */
    public void interrupt() {
        process.destroy();
    }

    /** What can't be caught: SIGKILL. */
    public void kill() {
        process.destroyForcibly();
        exitCode();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits a while for the end, or for that much time to pass. */
    public boolean endsWithin(long milliseconds) {
        try {
            return process.waitFor(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public int exitCode() {
        if (!endsWithin(180_000)) {
            throw new AssertionError("the program did not end: " + output());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }
}
