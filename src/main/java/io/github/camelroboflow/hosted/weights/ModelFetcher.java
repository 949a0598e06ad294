package io.github.camelroboflow.hosted.weights;

import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.weights.WeightsRegistry.LegacyWeights;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.ModelPackageException;
import io.github.camelroboflow.inference.RoboflowRejectedException;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Fetches models from Roboflow's platform, to be run elsewhere: into a folder that is there with all of its files, each of them
 * checked, or not at all.
 *
 * <p>The platform has two ways to tell where a model's files are, and does not say which of them a key may use. The registry
 * ({@link WeightsRegistry}) is asked first: it has checksums, and a choice of packages. If it refuses, or has nothing that runs
 * here, the older way ({@link LegacyWeights}) is asked: it has nothing but ONNX. Files are asked for without the key, wherever they
 * are.
 */
public final class ModelFetcher {

    /** So that several endpoints of this program fetch a model once. */
    private static final Map<Path, Place> FETCH_LOCKS = new ConcurrentHashMap<>();

    /** A folder that is fetched to, for as long as anybody wants to. */
    private static final class Place {

        private final ReentrantLock lock = new ReentrantLock();
        private int users;
    }

    private final HostedSettings platform;
    private final Duration timeout;

    /**
     * @param platform where models are asked for, and with which key
     * @param timeout  the longest time that fetching one may take in all
     */
    public ModelFetcher(HostedSettings platform, Duration timeout) {
        this.platform = platform;
        this.timeout = timeout;
    }

    /** Whether anything is at that place, so that nothing is fetched to there. */
    public static boolean exists(Path folder) {
        return StagingFolder.exists(folder);
    }

    /** Whether a folder's files were fetched, rather than put there by a person. */
    public static boolean isFetched(Path folder) {
        return Files.exists(folder.resolve(ModelDownload.ORIGIN));
    }

    /**
     * Fetches a model, unless its folder is there. Returns when it is.
     *
     * @param folder what it is to become
     * @throws RoboflowRejectedException    if the platform refuses the key, or does not know the model
     * @throws RoboflowUnavailableException if it can't be reached, breaks off, or sends damaged files, all tries long
     * @throws ModelPackageException        if it has nothing that runs here, or the disk doesn't take the files
     */
    public void fetch(ModelId model, Path folder) {
        Deadline deadline = Deadline.in(timeout);
        Path place = folder.toAbsolutePath().normalize();
        ReentrantLock lock = FETCH_LOCKS.compute(place, (path, known) -> {
            Place wanted = known == null ? new Place() : known;
            wanted.users++;
            return wanted;
        }).lock;
        try {
            fetch(model, folder, deadline, lock);
        } finally {
            FETCH_LOCKS.computeIfPresent(place, (path, known) -> --known.users == 0 ? null : known);
        }
    }

    /** Whether anybody fetches to that folder now, or waits to. */
    static boolean isFetching(Path folder) {
        return FETCH_LOCKS.containsKey(folder.toAbsolutePath().normalize());
    }

    private void fetch(ModelId model, Path folder, Deadline deadline, ReentrantLock lock) {
        try {
            if (!lock.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new RoboflowUnavailableException("Model '" + model + "' is still being fetched by another endpoint after "
                        + "weightsTimeout=" + timeout.toMillis() + " ms");
            }
        } catch (InterruptedException e) {
            throw interrupted(model, e);
        }
        try (ShutdownInterrupt exit = new ShutdownInterrupt()) {
            if (!exists(folder)) {
                new ModelDownload(platform, model, deadline).into(folder);
            }
        } finally {
            lock.unlock();
        }
    }

    static RoboflowUnavailableException interrupted(ModelId model, InterruptedException e) {
        Thread.currentThread().interrupt();
        return new RoboflowUnavailableException("stopped while model '" + model + "' was being fetched", e);
    }

    /**
     * Interrupts the current thread when the JVM is told to end, and gives it a moment to tidy up. A program that fetches a model
     * while it starts can't be stopped otherwise: whoever stops it waits for the start to end.
     */
    static final class ShutdownInterrupt implements AutoCloseable {

        private static final int MOMENT = 5;

        private final CountDownLatch over = new CountDownLatch(1);
        private final Thread hook;

        ShutdownInterrupt() {
            Thread interrupted = Thread.currentThread();
            hook = new Thread(() -> {
                interrupted.interrupt();
                try {
                    over.await(MOMENT, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, "roboflow-fetch-exit");
            try {
                Runtime.getRuntime().addShutdownHook(hook);
            } catch (IllegalStateException e) {
                // it is ending already
                interrupted.interrupt();
            }
        }

        @Override
        public void close() {
            over.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // it is ending
            }
        }
    }
}
