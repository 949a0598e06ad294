package io.github.camelroboflow.embedded.session;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.net.URL;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.openblas.global.openblas;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Saves a JVM of our own time at its start, by properties of the libraries' loaders that hold for the whole JVM. OpenCV needs
 * OpenBLAS, but not its Java methods; and ONNX Runtime would unpack its libraries, of 24 MB, at each start.
 */
final class LibraryFiles {

    private static final Logger LOG = LoggerFactory.getLogger(LibraryFiles.class);

    private static final String LOADS = "org.bytedeco.javacpp.loadLibraries";
    private static final String ONNX_RUNTIME = "onnxruntime.native.";
    /** ONNX Runtime's names of the platforms, by those of JavaCPP. */
    private static final Map<String, String> PLATFORMS = Map.of("linux-x86_64", "linux-x64", "linux-arm64", "linux-aarch64",
            "macosx-arm64", "osx-aarch64", "windows-x86_64", "win-x64");

    private LibraryFiles() {
    }

    /** Initializes the class of OpenBLAS's methods without the library behind it, which OpenCV's class would load. */
    static void skipOpenBlas() {
        if (System.getProperty(LOADS) == null) {
            System.setProperty(LOADS, "false");
            try {
                Class.forName(openblas.class.getName());
            } catch (ClassNotFoundException | LinkageError e) {
                LOG.debug("OpenCV will load OpenBLAS", e);
            } finally {
                System.clearProperty(LOADS);
            }
        }
    }

    /**
     * Has ONNX Runtime load its libraries from the folder in which JavaCPP keeps those of OpenCV. JavaCPP locks the folder while it
     * unpacks, and unpacks again what has another size or time than in the jar. Builds for graphics cards look for further
     * libraries beside the first, and unpack all of them themselves.
     */
    static void keepOnnxRuntime() {
        boolean chosen = System.getProperties().stringPropertyNames().stream().anyMatch(name -> name.startsWith(ONNX_RUNTIME));
        if (chosen || resource("onnxruntime_providers_cuda") != null) {
            return;
        }
        try {
            for (String library : List.of("onnxruntime", "onnxruntime4j_jni")) {
                URL packed = resource(library);
                if (packed != null) {
                    System.setProperty(ONNX_RUNTIME + library + ".path", Loader.cacheResource(packed).getPath());
                }
            }
        } catch (IOException e) {
            LOG.debug("ONNX Runtime will unpack its libraries", e);
        }
    }

    private static URL resource(String library) {
        return OrtEnvironment.class.getResource("/ai/onnxruntime/native/" + PLATFORMS.get(Loader.getPlatform()) + "/"
                + System.mapLibraryName(library));
    }
}
