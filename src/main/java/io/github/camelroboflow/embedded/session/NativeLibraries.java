package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.github.camelroboflow.inference.RoboflowException;
import io.github.camelroboflow.inference.support.SharedLibraries;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;

/** ONNX Runtime and OpenCV, loaded at first use. Both are optional dependencies and may be missing. */
public final class NativeLibraries {

    private static boolean loaded;

    private NativeLibraries() {
    }

    /**
     * Begins to load them on a thread of its own, beside other work of a start; {@link #load} waits for it. A failure is reported
     * only to who needs them. This is for a JVM of our own: it loads only what we need, from files that are unpacked once.
     */
    public static void loadAhead() {
        Thread thread = new Thread(() -> {
            try {
                load(true);
            } catch (RoboflowException e) {
                // load() reports it again
            }
        }, "roboflow-native-libraries");
        thread.setDaemon(true);
        thread.start();
    }

    /** @throws RoboflowException if one of them is not on the class path or does not run on this machine */
    public static void load() {
        load(false);
    }

    private static synchronized void load(boolean ownJvm) {
        if (loaded) {
            return;
        }
        try {
            SharedLibraries.startJavaCpp();
            if (ownJvm) {
                LibraryFiles.skipOpenBlas();
                LibraryFiles.keepOnnxRuntime();
            }
            SharedLibraries.startOnnxRuntime();
            Libraries.load();
            loaded = true;
        } catch (LinkageError | IllegalStateException e) {
            Throwable root = root(e);
            throw new RoboflowException("runtime=embedded can't start its native libraries (" + root + "): "
                    + (root instanceof ClassNotFoundException ? "add com.microsoft.onnxruntime:onnxruntime and"
                            + " org.bytedeco:opencv-platform to the application's dependencies" : needs()), e);
        }
    }

    static synchronized boolean areLoaded() {
        return loaded;
    }

    private static String needs() {
        String platform = Loader.getPlatform();
        return "they need Linux x64 or arm64 with glibc 2.35 or later, Windows x64 or macOS arm64; their files for " + platform
                + " (build the application with -Djavacpp.platform=" + platform + " or without that property); and home and"
                + " temporary folders that are writable. Elsewhere use a server (runtime=hosted)";
    }

    private static Throwable root(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    /** A class of its own, so that the outer class can be loaded and report that the libraries' classes are missing. */
    private static final class Libraries {

        static void load() {
            Loader.load(opencv_imgproc.class);
            Loader.load(opencv_imgcodecs.class);
            // images are processed side by side, so one thread for each is enough
            opencv_core.setNumThreads(1);
            try {
                OrtEnvironment.getEnvironment().setTelemetry(false);
            } catch (OrtException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
