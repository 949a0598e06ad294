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
 * Downloads models from Roboflow's platform. A model's folder appears with all of its files, each of them checked, or
 * not at all.
 *
 * <p>The platform has two APIs for a model's files, and does not say which of them a key may use. The registry ({@link
 * WeightsRegistry}) comes first: it has checksums and a choice of packages. If it refuses, or has no package that runs
 * here, the older API ({@link LegacyWeights}) follows: it has only ONNX. Files are requested without the key from every
 * server.
 */
public final class ModelFetcher {

    /** The locks by folder, so that several endpoints of this program download a model once. */
    private static final Map<Path, FolderLock> FETCH_LOCKS = new ConcurrentHashMap<>();

    /** The lock of a folder. It exists as long as a thread uses it. */
    private static final class FolderLock {

        private final ReentrantLock lock = new ReentrantLock();
        private int users;
    }

    private final HostedSettings platform;
    private final Duration timeout;

    /**
     * @param platform the server to ask, and the key
     * @param timeout the longest time for the whole download of a model
     */
    public ModelFetcher(HostedSettings platform, Duration timeout) {
        this.platform = platform;
        this.timeout = timeout;
    }

    /** Returns whether a file or a folder with content exists there, so that nothing is downloaded to it. */
    public static boolean exists(Path folder) {
        return StagingFolder.exists(folder);
    }

    /** Returns whether a folder's files were downloaded by this program rather than put there by a person. */
    public static boolean isFetched(Path folder) {
        return Files.exists(folder.resolve(ModelDownload.ORIGIN));
    }

    /**
     * Downloads a model unless its folder exists. Returns when the folder exists.
     *
     * @param folder the model's folder
     * @throws RoboflowRejectedException if the platform refuses the key or does not know the model
     * @throws RoboflowUnavailableException if the platform can't be reached, closes the connection or sends damaged
     *                                      files in all attempts
     * @throws ModelPackageException if no package runs here, or the files can't be written
     */
    public void fetch(ModelId model, Path folder) {
        Deadline deadline = Deadline.in(timeout);
        Path path = folder.toAbsolutePath().normalize();
        ReentrantLock lock = FETCH_LOCKS.compute(path, (key, known) -> {
            FolderLock folderLock = known == null ? new FolderLock() : known;
            folderLock.users++;
            return folderLock;
        }).lock;
        try {
            fetch(model, folder, deadline, lock);
        } finally {
            FETCH_LOCKS.computeIfPresent(path, (key, known) -> --known.users == 0 ? null : known);
        }
    }

    /** Returns whether a thread downloads to that folder or waits to. */
    static boolean isFetching(Path folder) {
        return FETCH_LOCKS.containsKey(folder.toAbsolutePath().normalize());
    }

    private void fetch(ModelId model, Path folder, Deadline deadline, ReentrantLock lock) {
        try {
            if (!lock.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new RoboflowUnavailableException("Model '" + model + "' is still being downloaded by another endpoint after "
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
        return new RoboflowUnavailableException("stopped while model '" + model + "' was being downloaded", e);
    }

    /**
     * Interrupts the current thread when the JVM shuts down, and gives it a few seconds to clean up. Without it a
     * program that downloads a model during its start could not be stopped, because the shutdown waits for the start to
     * end.
     */
    static final class ShutdownInterrupt implements AutoCloseable {

        private static final int CLEANUP_SECONDS = 5;

        private final CountDownLatch finished = new CountDownLatch(1);
        private final Thread hook;

        ShutdownInterrupt() {
            Thread interrupted = Thread.currentThread();
            hook = new Thread(() -> {
                interrupted.interrupt();
                try {
                    finished.await(CLEANUP_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }, "roboflow-fetch-exit");
            try {
                Runtime.getRuntime().addShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the shutdown has begun already
                interrupted.interrupt();
            }
        }

        @Override
        public void close() {
            finished.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // the shutdown has begun
            }
        }
    }
}
