package io.github.camelroboflow.hosted.http;

import io.github.camelroboflow.inference.Task;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A server that speaks Roboflow's API.
 *
 * @param base the address to which paths are appended, such as {@code https://serverless.roboflow.com}; without a query
 *             and a trailing slash
 */
public record RoboflowHost(URI base) {

    /** Roboflow's serverless API. */
    public static final RoboflowHost SERVERLESS = new RoboflowHost(URI.create("https://serverless.roboflow.com"));

    /** Roboflow's platform, for uploads and model files. */
    public static final RoboflowHost PLATFORM = new RoboflowHost(URI.create("https://api.roboflow.com"));

    private static final String V1 = "v1";
    private static final Map<String, String> NAMED = Map.of("serverless", SERVERLESS.base.toString(), "serverless-eu",
            "https://serverless.roboflow.eu");
    private static final Map<Task, String> V1_HOSTS = Map.of(Task.OBJECT_DETECTION, "detect", Task.KEYPOINT_DETECTION, "detect",
            Task.INSTANCE_SEGMENTATION, "outline", Task.CLASSIFICATION, "classify", Task.MULTI_LABEL_CLASSIFICATION, "classify",
            Task.SEMANTIC_SEGMENTATION, "segment");
    private static final List<String> V1_NAMES = List.of("detect.roboflow.com", "outline.roboflow.com", "classify.roboflow.com",
            "segment.roboflow.com", "infer.roboflow.com");

    /**
     * Parses the option {@code apiUrl}.
     *
     * @param text {@code serverless}, {@code serverless-eu}, {@code v1} for the older host of the task, or a URL
     * @param task the task of the model, or {@code null} if it is not set; only {@code v1} needs it
     * @throws IllegalArgumentException with the name of the wrong option
     */
    public static RoboflowHost of(String text, Task task) {
        String name = text.strip();
        if (name.equals(V1)) {
            if (task == null) {
                throw new IllegalArgumentException("set task for apiUrl=v1, such as task=object-detection: each of Roboflow's"
                        + " older hosts serves only some tasks");
            }
            return new RoboflowHost(URI.create("https://" + V1_HOSTS.get(task) + ".roboflow.com"));
        }
        return new RoboflowHost(url(NAMED.getOrDefault(name, name)).orElseThrow(() -> new IllegalArgumentException("apiUrl is"
                + " neither serverless, serverless-eu or v1 nor a plain address such as https://my-deployment.roboflow.cloud or"
                + " http://localhost:9001 (a key goes into apiKey, not in here)")));
    }

    /**
     * Parses an option with the address of Roboflow's platform.
     *
     * @param text the URL of the server with datasets and model files
     * @param option the option's name
     * @throws IllegalArgumentException with the name of the wrong option
     */
    public static RoboflowHost platform(String text, String option) {
        return new RoboflowHost(url(text.strip()).orElseThrow(() -> new IllegalArgumentException(option + " is no plain address"
                + " such as " + PLATFORM + " (a key goes into apiKey, not in here)")));
    }

    /** Returns the server of a file. */
    public static RoboflowHost of(URI file) {
        return new RoboflowHost(URI.create(file.getScheme() + "://" + file.getRawAuthority()));
    }

    /** Parses a plain address; empty if it is none. The text appears in no message, because it may hold a key. */
    private static Optional<URI> url(String text) {
        try {
            URI url = new URI(text.replaceFirst("/+$", ""));
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (http && url.getHost() != null && url.getRawQuery() == null && url.getRawUserInfo() == null
                    && url.getRawFragment() == null) {
                return Optional.of(url);
            }
        } catch (URISyntaxException e) {
            // no address
        }
        return Optional.empty();
    }

    /** Returns whether it is one of Roboflow's own servers, which require a key and limit the rate. */
    public boolean isRoboflows() {
        String host = host();
        return List.of(".roboflow.com", ".roboflow.eu", ".roboflow.cloud").stream().anyMatch(host::endsWith);
    }

    /** Returns whether it is one of the older hosts, which accept the key as a query parameter only. */
    boolean isV1() {
        return V1_NAMES.contains(host());
    }

    /** Returns whether it is this machine. */
    public boolean isLoopback() {
        String host = host();
        return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
    }

    private String host() {
        return base.getHost().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        return base.toString();
    }
}
