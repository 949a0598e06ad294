package io.github.camelroboflow.app.status;

import io.github.camelroboflow.inference.support.MessageText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers questions about the running program at a Unix domain socket in the folder {@code work}, to its own user only. Each
 * program has a socket of its own name, so that several can share the folder.
 */
public final class StatusSocket implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatusSocket.class);

    private static final String PREFIX = ".status-";
    /** The longest path of a socket in bytes: 104 with its end on macOS and BSD, 108 on Linux. */
    private static final int LONGEST_PATH = 103;
    private static final int LONGEST_REQUEST = 10_000;
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);
    /** The pause after a failure. */
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** The age from which a socket without a listener is a leftover: a younger one may belong to a program that just starts. */
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private final ServerSocketChannel server;
    private final Path file;
    private final UnaryOperator<String> answers;

    private StatusSocket(ServerSocketChannel server, Path file, UnaryOperator<String> answers) {
        this.server = server;
        this.file = file;
        this.answers = answers;
    }

    /**
     * Opens the socket of a program, and removes those that killed programs left.
     *
     * @param answers returns the answer to a line
     * @return empty if there can be none, which the log says
     */
    public static Optional<StatusSocket> open(Path work, UnaryOperator<String> answers) {
        try {
            Files.createDirectories(work);
            removeLeftovers(work);
            Path file = work.resolve(PREFIX + UUID.randomUUID().toString().substring(0, 8));
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                server.bind(address(file));
                if (Files.getFileStore(file).supportsFileAttributeView("posix")) {
                    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
                }
            } catch (IOException | RuntimeException e) {
                server.close();
                throw e;
            }
            StatusSocket socket = new StatusSocket(server, file, answers);
            Thread thread = new Thread(socket::serve, "roboflow-status");
            thread.setDaemon(true);
            thread.start();
            return Optional.of(socket);
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("The command status gets no answer from this program, which runs without it: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Returns the address of a socket, by the shorter of its absolute and its relative path. */
    private static UnixDomainSocketAddress address(Path file) throws IOException {
        Path absolute = file.toAbsolutePath().normalize();
        Path here = Path.of("").toAbsolutePath();
        Path relative = absolute.getRoot().equals(here.getRoot()) ? here.relativize(absolute) : absolute;
        Path shorter = length(relative) < length(absolute) ? relative : absolute;
        if (length(shorter) > LONGEST_PATH) {
            throw new IOException("the path of a socket in work has at most " + LONGEST_PATH + " bytes, and " + absolute
                    + " has more: set work to a shorter one");
        }
        return UnixDomainSocketAddress.of(shorter);
    }

    private static int length(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static void removeLeftovers(Path work) throws IOException {
        for (Path file : sockets(work)) {
            UnixDomainSocketAddress address = address(file);
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                // otherwise a suspended program, which takes no connection, would suspend this one
                channel.configureBlocking(false);
                channel.connect(address);
                LOG.debug("{} belongs to a program that runs", channel);
            } catch (ConnectException e) {
                // any other failure, such as one of rights, does not say that nobody listens
                if (Files.exists(file) && Files.getLastModifiedTime(file).toInstant().isBefore(Instant.now().minus(SETTLED))) {
                    Files.deleteIfExists(file);
                }
            } catch (IOException e) {
                LOG.debug("{} can't be asked", file, e);
            }
        }
    }

    private static List<Path> sockets(Path work) throws IOException {
        List<Path> sockets = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(work, PREFIX + "*")) {
            files.forEach(sockets::add);
        } catch (NoSuchFileException | NotDirectoryException e) {
            LOG.debug("no program has run there", e);
        }
        return sockets;
    }

    private void serve() {
        while (server.isOpen()) {
            try (SocketChannel client = server.accept()) {
                answer(client);
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException | RuntimeException | Error e) {
                LOG.debug("a question without an answer", e);
                // without free file handles, each call fails at once
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private void answer(SocketChannel client) throws IOException {
        String request = request(client);
        if (request.isEmpty()) {
            // another program that looks for leftovers
            return;
        }
        String text;
        try {
            text = answers.apply(request);
        } catch (RuntimeException | Error e) {
            LOG.debug("{}", request, e);
            text = "the program can't answer now: " + MessageText.printable(e.toString()) + "\n";
        }
        client.configureBlocking(true);
        Channels.newOutputStream(client).write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Reads the line of a client. A client that sends nothing blocks others for a few seconds at most. */
    private static String request(SocketChannel client) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(LONGEST_REQUEST);
        client.configureBlocking(false);
        try (Selector selector = Selector.open()) {
            client.register(selector, SelectionKey.OP_READ);
            long end = System.nanoTime() + LONGEST_WAIT.toNanos();
            for (long left = LONGEST_WAIT.toMillis(); left > 0 && line.hasRemaining();
                    left = (end - System.nanoTime()) / 1_000_000) {
                selector.select(left);
                selector.selectedKeys().clear();
                if (client.read(line) < 0) {
                    return new String(line.array(), 0, line.position(), StandardCharsets.UTF_8).strip();
                }
            }
        }
        return "";
    }

    /**
     * The answers of all programs that work in a folder.
     *
     * @param silent the number of programs that gave none in time, because they are suspended or very busy
     * @param owner the user who alone may ask a program that this user may not ask
     */
    public record Answers(List<String> texts, int silent, Optional<String> owner) {

        /** Returns whether there are programs, and each has answered. */
        public boolean isComplete() {
            return !texts.isEmpty() && silent == 0 && owner.isEmpty();
        }
    }

    /**
     * Asks all programs that work in a folder.
     *
     * @param longest the time for each answer
     */
    public static Answers ask(Path work, String request, Duration longest) throws IOException {
        List<String> answers = new ArrayList<>();
        int silent = 0;
        Optional<String> owner = Optional.empty();
        List<Path> sockets;
        try {
            sockets = sockets(work);
        } catch (AccessDeniedException e) {
            return new Answers(answers, silent, owner(work));
        }
        for (Path file : sockets) {
            try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                channel.configureBlocking(false);
                Optional<String> answer = connect(channel, file) ? ask(channel, request, longest) : Optional.empty();
                answer.filter(text -> !text.isEmpty()).ifPresent(answers::add);
                silent += answer.isEmpty() ? 1 : 0;
            } catch (ConnectException e) {
                LOG.debug("{} was left by a program that was killed", file, e);
            } catch (IOException e) {
                LOG.debug("{} can't be asked", file, e);
                owner = Files.isWritable(file) ? owner : owner(file);
            }
        }
        return new Answers(answers, silent, owner);
    }

    /** Returns the user whose file it is; empty if it is gone. */
    private static Optional<String> owner(Path file) {
        try {
            return Optional.of("the user " + Files.getOwner(file).getName());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of("another user");
        }
    }

    /** Connects to a program. Returns {@code false} if so many connections wait for it already that it takes none any more. */
    private static boolean connect(SocketChannel channel, Path file) throws IOException {
        try {
            return channel.connect(address(file));
        } catch (ConnectException e) {
            throw e;
        } catch (SocketException e) {
            if (Files.isWritable(file)) {
                return false;
            }
            throw e;
        }
    }

    /** Returns the answer; empty if it did not come in time. */
    private static Optional<String> ask(SocketChannel channel, String request, Duration longest) throws IOException {
        // the buffer of a socket takes the longest request at once
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8)));
        channel.shutdownOutput();
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        ByteBuffer part = ByteBuffer.allocate(LONGEST_REQUEST);
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ);
            long end = System.nanoTime() + longest.toNanos();
            for (long left = longest.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                selector.select(left);
                selector.selectedKeys().clear();
                int read = channel.read(part.clear());
                if (read < 0) {
                    return Optional.of(answer.toString(StandardCharsets.UTF_8));
                }
                answer.write(part.array(), 0, read);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(file);
    }
}
