package io.github.camelroboflow.inference.support;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts libraries that several applications of a server may share, since native libraries are loaded once in a JVM. They start
 * threads that never end, and up to Java 23 a thread holds the classes of all methods that are on the stack when it is made, and
 * on all versions the context class loader: the server could not unload the first application that used them. So they are started
 * by a thread of the JDK that runs methods of the JDK and of the library alone.
 */
public final class SharedLibraries {

    private static final Logger LOG = LoggerFactory.getLogger(SharedLibraries.class);
    private static final int SECONDS = 60;

    private SharedLibraries() {
    }

    /** Starts JavaCPP, which calls OpenCV. Does nothing if it is missing. */
    public static void startJavaCpp() {
        start("org.bytedeco.javacpp.Pointer", "totalBytes", long.class);
    }

    /** Starts ONNX Runtime. Does nothing if it is missing. */
    public static void startOnnxRuntime() {
        String environment = "ai.onnxruntime.OrtEnvironment";
        try {
            start(environment, "getEnvironment", Class.forName(environment, false, SharedLibraries.class.getClassLoader()));
        } catch (ClassNotFoundException | LinkageError e) {
            LOG.debug("ONNX Runtime is missing", e);
        }
    }

    /** Calls a public static method. A failure is left to the next use of the library. */
    private static void start(String type, String method, Class<?> returned) {
        Thread current = Thread.currentThread();
        ClassLoader loader = current.getContextClassLoader();
        // not the common pool, whose threads may all wait for this call
        ForkJoinPool pool = new ForkJoinPool(1);
        try {
            Class<?> library = Class.forName(type, false, SharedLibraries.class.getClassLoader());
            MethodHandle call = MethodHandles.publicLookup().findStatic(library, method, MethodType.methodType(returned));
            // the class that implements the interface belongs to this class loader
            current.setContextClassLoader(library.getClassLoader());
            pool.submit(MethodHandleProxies.asInterfaceInstance(Runnable.class, call)).get(SECONDS, TimeUnit.SECONDS);
        } catch (ReflectiveOperationException | LinkageError | ExecutionException | TimeoutException e) {
            LOG.debug("{} was not started ahead", type, e);
        } catch (InterruptedException e) {
            current.interrupt();
        } finally {
            pool.shutdown();
            current.setContextClassLoader(loader);
        }
    }
}
