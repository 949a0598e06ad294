package io.github.camelroboflow.hosted.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A Roboflow cloud on this machine: a real HTTP server that answers as Roboflow's do, misbehaves as it is told, and remembers what
 * it was asked. Without further orders it has the model {@code my-project/3}, which finds a person and a helmet in every image.
 *
 * <p>
 * Orders are given by {@link #next}, for the next requests, whatever they are; then {@link #always} holds; then the usual.
 */
public final class FakeRoboflow implements AutoCloseable {

    /** The API key that it takes. */
    public static final String KEY = "test-key";
    /** The model that it has without being told. */
    public static final String MODEL = FakeApi.MODEL;

    private final long start = System.nanoTime();
    private final FakeApi api;
    private final ServerSocket server;
    private final Semaphore workers;
    private final boolean remembers;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fake-roboflow");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger connectionCount = new AtomicInteger();
    private final List<FakeRequest> requests = new CopyOnWriteArrayList<>();
    private final Queue<Behaviour> script = new ArrayDeque<>();
    private volatile Behaviour otherwise = Behaviour.usual();
    private volatile Duration delay = Duration.ZERO;
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean closed;
    private int inFlight;
    private int mostInFlight;

    private FakeRoboflow(HostStyle style, int port, int workers, boolean remembers) {
        this.api = new FakeApi(style, KEY);
        this.workers = new Semaphore(workers);
        this.remembers = remembers;
        try {
            server = new ServerSocket();
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** Starts one that refuses as {@code serverless.roboflow.com} does. */
    public static FakeRoboflow start() {
        return start(HostStyle.SERVERLESS);
    }

    public static FakeRoboflow start(HostStyle style) {
        return start(style, 0);
    }

    /** Starts one at a port, such as that of one which was closed. */
    public static FakeRoboflow start(HostStyle style, int port) {
        return new FakeRoboflow(style, port, Integer.MAX_VALUE, true);
    }

    /**
     * Runs one as a program of its own, which prints its port and remembers nothing. Arguments, all of them optional: the port
     * (0: any), the delay of each answer in milliseconds (100), and how many requests it answers at a time (64).
     */
    public static void main(String[] args) throws InterruptedException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 0;
        int delay = args.length > 1 ? Integer.parseInt(args[1]) : 100;
        int workers = args.length > 2 ? Integer.parseInt(args[2]) : 64;
        try (FakeRoboflow fake = new FakeRoboflow(HostStyle.SERVERLESS, port, workers, false).delay(Duration.ofMillis(delay))) {
            System.out.println(fake.port());
            Thread.currentThread().join();
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Without a slash at the end. */
    public String address() {
        return "http://127.0.0.1:" + port();
    }

    /**
     * A fixed answer.
     *
     * @param target a model ({@code my-project/3}), a workflow ({@code acme/workflows/find}) or, for those that come with the
     *               request, {@code workflows/run}
     * @param json   of a model the whole answer, of a workflow the outputs for one image
     */
    public FakeRoboflow answer(String target, String json) {
        api.answer(target, json);
        return this;
    }

    /** What it answers at a path, whoever asks. */
    public FakeRoboflow page(String path, Function<FakeRequest, Reply> answer) {
        api.page(path, answer);
        return this;
    }

    /** A delay of every answer that has none of its own. */
    public FakeRoboflow delay(Duration time) {
        delay = time;
        return this;
    }

    /** From now on it holds its answers back until so many requests have come: so, until so many are in flight. */
    public FakeRoboflow holdUntil(int requests) {
        gate = new CountDownLatch(requests);
        return this;
    }

    /** Gives the answers that are held back. */
    public void release() {
        while (gate.getCount() > 0) {
            gate.countDown();
        }
    }

    /** What it does with the next request, or with as many as the behaviour says, after those of earlier calls. */
    public FakeRoboflow next(Behaviour behaviour) {
        synchronized (script) {
            for (int i = 0; i < behaviour.times(); i++) {
                script.add(behaviour);
            }
        }
        return this;
    }

    /** What it does with all further requests for which nothing else is planned. */
    public FakeRoboflow always(Behaviour behaviour) {
        otherwise = behaviour;
        return this;
    }

    /** The requests so far, in the order of their arrival; each is there once its body has come, or was not waited for. */
    public List<FakeRequest> requests() {
        return requests.stream().sorted((a, b) -> a.arrival().compareTo(b.arrival())).toList();
    }

    /** How many requests have come in and have not been answered yet. */
    public synchronized int inFlight() {
        return inFlight;
    }

    /** The most that were in flight at a time. */
    public synchronized int mostInFlight() {
        return mostInFlight;
    }

    /** How many connections were opened. */
    public int connections() {
        return connectionCount.get();
    }

    @Override
    public void close() {
        closed = true;
        release();
        threads.shutdown();
        try {
            server.close();
            for (Socket socket : connections) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket socket = server.accept();
                connections.add(socket);
                if (closed) {
                    socket.close();
                }
                threads.execute(() -> serve(socket));
            } catch (IOException | RuntimeException e) {
                if (!closed) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            new FakeConnection(this, socket, connectionCount.incrementAndGet()).serve();
        } catch (IOException e) {
            // the client is gone, or this was closed: what a test may ask about it stands in the request
        } finally {
            connections.remove(socket);
        }
    }

    boolean isClosed() {
        return closed;
    }

    Duration now() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    Reply usual(FakeRequest request) {
        return api.answer(request);
    }

    Behaviour arrived() {
        synchronized (this) {
            inFlight++;
            mostInFlight = Math.max(mostInFlight, inFlight);
        }
        gate.countDown();
        synchronized (script) {
            Behaviour planned = script.poll();
            Behaviour behaviour = planned == null ? otherwise : planned;
            return behaviour.delay().isZero() ? behaviour.delay(delay) : behaviour;
        }
    }

    void work() {
        try {
            // a test that waits in vain is to fail, not to hang
            gate.await(1, TimeUnit.MINUTES);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        workers.acquireUninterruptibly();
    }

    void record(FakeRequest request) {
        if (remembers) {
            requests.add(request);
        }
    }

    void rest() {
        workers.release();
    }

    synchronized void left() {
        inFlight--;
    }
}
