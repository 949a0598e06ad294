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
 * A Roboflow cloud on this machine: a real HTTP server that responds like Roboflow's servers, misbehaves as configured,
 * and records its requests. By default it has the model {@code my-project/3}, which finds a person and a helmet in
 * every image.
 *
 * <p>A behaviour that {@link #next} sets applies to the next requests of any kind; then {@link #always} applies; then
 * the default.
 */
public final class FakeRoboflow implements AutoCloseable {

    /** The API key that it accepts. */
    public static final String KEY = "test-key";
    /** The model that it has by default. */
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

    /** Starts one whose errors are like those of {@code serverless.roboflow.com}. */
    public static FakeRoboflow start() {
        return start(HostStyle.SERVERLESS);
    }

    public static FakeRoboflow start(HostStyle style) {
        return start(style, 0);
    }

    /** Starts one on a port, such as the port of one that was closed. */
    public static FakeRoboflow start(HostStyle style, int port) {
        return new FakeRoboflow(style, port, Integer.MAX_VALUE, true);
    }

    /**
     * Runs one as a separate program, which prints its port and records nothing. The arguments are optional: the port
     * (0: any), the delay of each response in milliseconds (100), and the number of requests at a time (64).
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

    /** Returns the address without a trailing slash. */
    public String address() {
        return "http://127.0.0.1:" + port();
    }

    /**
     * Sets a fixed response.
     *
     * @param target a model ({@code my-project/3}), a workflow ({@code acme/workflows/find}) or {@code workflows/run}
     *               for workflows that come with the request
     * @param json the whole response of a model, or the outputs of a workflow for one image
     */
    public FakeRoboflow answer(String target, String json) {
        api.answer(target, json);
        return this;
    }

    /** Sets the response at a path for all clients. */
    public FakeRoboflow page(String path, Function<FakeRequest, Reply> answer) {
        api.page(path, answer);
        return this;
    }

    /** Delays every response that has no delay of its own. */
    public FakeRoboflow delay(Duration time) {
        delay = time;
        return this;
    }

    /** Holds the responses back until this number of requests have come and are in flight. */
    public FakeRoboflow holdUntil(int requests) {
        gate = new CountDownLatch(requests);
        return this;
    }

    /** Sends the responses that are held back. */
    public void release() {
        while (gate.getCount() > 0) {
            gate.countDown();
        }
    }

    /** Sets the behaviour for the next request, or for as many as the behaviour says, after those of earlier calls. */
    public FakeRoboflow next(Behaviour behaviour) {
        synchronized (script) {
            for (int i = 0; i < behaviour.times(); i++) {
                script.add(behaviour);
            }
        }
        return this;
    }

    /** Sets the behaviour for all further requests without another one. */
    public FakeRoboflow always(Behaviour behaviour) {
        otherwise = behaviour;
        return this;
    }

    /**
     * Returns the requests in the order of their arrival. A request is included once its body has come or was not
     * waited for.
     */
    public List<FakeRequest> requests() {
        return requests.stream().sorted((a, b) -> a.arrival().compareTo(b.arrival())).toList();
    }

    /** Returns how many requests have come and have no response yet. */
    public synchronized int inFlight() {
        return inFlight;
    }

    /** Returns the maximum number of requests in flight at a time. */
    public synchronized int mostInFlight() {
        return mostInFlight;
    }

    /** Returns how many connections were opened. */
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
            // the client or this server closed the connection; the request records that for tests
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
            // a test that waits in vain must fail, not hang
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
