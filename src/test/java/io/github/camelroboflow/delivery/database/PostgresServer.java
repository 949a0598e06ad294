package io.github.camelroboflow.delivery.database;

import static org.awaitility.Awaitility.await;

import io.github.camelroboflow.app.fixture.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A server with the PostgreSQL that is installed on this machine, and an empty database in its own folder. */
public final class PostgresServer implements AutoCloseable {

    private static final boolean ROOT = "root".equals(System.getProperty("user.name"));
    private static final Optional<Path> PROGRAMS = programs();

    private final Path folder;
    private final int port = FreePorts.free();
    private final AtomicInteger databases = new AtomicInteger();
    private Process process;

    public PostgresServer() {
        try {
            // PostgreSQL refuses to run as root, and others must not read its folder
            folder = Files.createTempDirectory("postgres");
            if (ROOT) {
                Files.setOwner(folder, folder.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postgres"));
            }
            if (start("initdb", "-D", folder.resolve("data").toString(), "-U", "test", "-A", "trust", "-N").waitFor() != 0) {
                throw new IllegalStateException("initdb failed");
            }
            start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts the server again at the same port, with what it had. */
    public void start() {
        try {
            process = start("postgres", "-D", folder.resolve("data").toString(), "-p", String.valueOf(port), "-k",
                    folder.toString(), "-c", "listen_addresses=127.0.0.1", "-F");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the server at once, without a word to its clients: the next start recovers as after a crash. */
    public void crash() {
        try {
            new ProcessBuilder("kill", "-QUIT", String.valueOf(process.pid())).start().waitFor();
            process.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the server takes connections. */
    public PostgresServer awaitReady() {
        await().ignoreExceptions().until(() -> {
            DriverManager.getConnection(url()).close();
            return true;
        });
        return this;
    }

    public static boolean isInstalled() {
        return PROGRAMS.isPresent() && (!ROOT || Files.isExecutable(Path.of("/usr/bin/setpriv")));
    }

    /** Returns the folder of the server's programs: one of the PATH, or Debian's, which is not in it. */
    private static Optional<Path> programs() {
        Stream<Path> ofPath = Stream.of(System.getenv("PATH").split(":")).map(Path::of);
        File[] versions = Objects.requireNonNullElse(new File("/usr/lib/postgresql").listFiles(), new File[0]);
        Stream<Path> ofDebian = Stream.of(versions).map(version -> version.toPath().resolve("bin"));
        return Stream.concat(ofPath, ofDebian).filter(folder -> Files.isExecutable(folder.resolve("postgres"))).findFirst();
    }

    private Process start(String program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        if (ROOT) {
            command.addAll(List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(PROGRAMS.orElseThrow().resolve(program).toString());
        command.addAll(List.of(arguments));
        Path log = Files.createTempFile(program, ".log");
        log.toFile().deleteOnExit();
        return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).redirectOutput(log.toFile())
                .start();
    }

    public String url() {
        return url("postgres");
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=test";
    }

    /** Makes an empty database of its own, and returns its address. */
    public String urlOfNewDatabase() {
        String name = "test" + databases.incrementAndGet();
        awaitReady();
        try (Connection connection = DriverManager.getConnection(url()); Statement statement = connection.createStatement()) {
            statement.execute("create database " + name);
            return url(name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        crash();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
