package io.github.camelroboflow.app;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server in a JVM of its own, which listens on a port of this machine; it dies with this JVM at the latest. */
final class ServerProcess implements AutoCloseable {

    private final Path log;
    private final List<String> command;
    private final int port;
    private Process process;

    /**
     * @param name      of the folder below target/it that has its jars
     * @param folder    for its log
     * @param arguments of java, after the class path
     */
    ServerProcess(String name, int port, Path folder, String... arguments) {
        this(name, Path.of("target/it", name).toAbsolutePath() + "/*", port, folder, arguments);
    }

    ServerProcess(String name, String classPath, int port, Path folder, String... arguments) {
        this.port = port;
        this.log = folder.resolve(name + ".log");
        this.command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", classPath));
        command.addAll(List.of(arguments));
    }

    /** Starts it and waits until it listens. */
    ServerProcess start() {
        process = run(command);
        await().atMost(Duration.ofMinutes(3)).until(this::listens);
        return this;
    }

    /** Runs another program of the same jars to its end. */
    void runOnce(String... arguments) {
        List<String> once = new ArrayList<>(command.subList(0, 6));
        once.addAll(List.of(arguments));
        run(once).onExit().orTimeout(3, TimeUnit.MINUTES).join();
    }

    private Process run(List<String> what) {
        try {
            Process started = new ProcessBuilder(what).directory(log.getParent().toFile()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())).start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new AssertionError("a server did not start: " + Files.readString(log));
        }
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    int port() {
        return port;
    }

    @Override
    public void close() {
        if (process != null) {
            process.destroyForcibly();
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
