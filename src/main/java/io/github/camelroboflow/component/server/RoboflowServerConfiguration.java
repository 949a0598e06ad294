package io.github.camelroboflow.component.server;

import io.github.camelroboflow.server.ServerSettings;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code roboflow-server:} endpoint, and their defaults on the component. */
@UriParams
@Configurer
public class RoboflowServerConfiguration implements Cloneable {

    private static final ServerSettings DEFAULTS = ServerSettings.of("localhost", 0, ServerSettings.Keys.NONE);

    @UriParam(label = "security", secret = true)
    private String keys;
    @UriParam(label = "security")
    private String keysFile;
    @UriParam(label = "security")
    private String models;
    @UriParam(defaultValue = "0")
    private double maxRequestsPerSecond;
    @UriParam(defaultValue = "64")
    private int maxRequests = DEFAULTS.maxRequests();
    @UriParam(defaultValue = "20000000")
    private int maxRequestSize = DEFAULTS.maxRequestSize();
    @UriParam(label = "advanced", defaultValue = "1000")
    private int maxConnections = DEFAULTS.maxConnections();
    @UriParam(label = "advanced", defaultValue = "1m", javaType = "java.time.Duration")
    private long receiveTimeout = DEFAULTS.receiveTimeout().toMillis();
    @UriParam(label = "advanced", defaultValue = "1m", javaType = "java.time.Duration")
    private long idleTimeout = DEFAULTS.idleTimeout().toMillis();
    @UriParam(label = "advanced", defaultValue = "30s", javaType = "java.time.Duration")
    private long stopTimeout = DEFAULTS.stopTimeout().toMillis();
    @UriParam(label = "security", defaultValue = "true")
    private boolean imageUrls = DEFAULTS.imageUrls();

    /** @throws IllegalArgumentException naming the option that is wrong */
    ServerSettings settings(String host, int port) {
        return new ServerSettings(host, port, new ServerSettings.Keys(allKeys()), maxRequestsPerSecond, maxRequestSize, maxRequests,
                maxConnections, Duration.ofMillis(receiveTimeout), Duration.ofMillis(idleTimeout), Duration.ofMillis(stopTimeout),
                imageUrls);
    }

    private List<String> allKeys() {
        List<String> all = new ArrayList<>(list(keys));
        if (keysFile != null && !keysFile.isBlank()) {
            try {
                // without the mark with which some editors on Windows begin a text
                Files.readString(Path.of(keysFile.strip())).replaceFirst("^\uFEFF", "").lines()
                        .filter(line -> !line.strip().startsWith("#"))
                        .forEach(all::add);
            } catch (IOException e) {
                throw new IllegalArgumentException("keysFile=" + keysFile + " can't be read: " + reason(e), e);
            }
            if (all.stream().allMatch(String::isBlank)) {
                // or a file that was emptied by mistake would let everybody on this machine in
                throw new IllegalArgumentException("keysFile=" + keysFile
                        + " holds no key: write one in a line, or leave the option out");
            }
        }
        return all;
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file: make one, with a key in each line";
        }
        if (e instanceof AccessDeniedException) {
            return "this program's user may not read it";
        }
        return e instanceof CharacterCodingException ? "it is no text in UTF-8" : "is it a file?";
    }

    /** Those that clients may use besides those that are there; empty where nothing is said. */
    List<String> modelNames() {
        return list(models);
    }

    private static List<String> list(String commaList) {
        return commaList == null ? List.of()
                : Arrays.stream(commaList.split(",")).map(String::strip).filter(item -> !item.isEmpty()).toList();
    }

    RoboflowServerConfiguration copy() {
        try {
            return (RoboflowServerConfiguration) clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }

    public String getKeys() {
        return keys;
    }

    /**
     * The keys that let clients in, separated by commas. Without any, only programs on this machine can use the server, whatever
     * the host.
     */
    public void setKeys(String keys) {
        this.keys = keys;
    }

    public String getKeysFile() {
        return keysFile;
    }

    /** A file with further keys, one in a line; lines that start with # are comments. It is read at the start. */
    public void setKeysFile(String keysFile) {
        this.keysFile = keysFile;
    }

    public String getModels() {
        return models;
    }

    /**
     * The only models that clients may use: names such as my-project/3 separated by commas, or my-project/* for all of a project.
     * By default those that have a folder in modelsDirectory or, with runtime=hosted, whatever the key there may use.
     */
    public void setModels(String models) {
        this.models = models;
    }

    public double getMaxRequestsPerSecond() {
        return maxRequestsPerSecond;
    }

    /** How many requests a second each key may make; those beyond are answered with status 429. 0: as many as come. */
    public void setMaxRequestsPerSecond(double maxRequestsPerSecond) {
        this.maxRequestsPerSecond = maxRequestsPerSecond;
    }

    public int getMaxRequests() {
        return maxRequests;
    }

    /** How many requests are accepted at a time; those beyond are answered with status 503. */
    public void setMaxRequests(int maxRequests) {
        this.maxRequests = maxRequests;
    }

    public int getMaxRequestSize() {
        return maxRequestSize;
    }

    /** How many bytes a request's body may have; a larger one is answered with status 413. */
    public void setMaxRequestSize(int maxRequestSize) {
        this.maxRequestSize = maxRequestSize;
    }

    public int getMaxConnections() {
        return maxConnections;
    }

    /** How many clients may be connected at a time; those beyond are disconnected. */
    public void setMaxConnections(int maxConnections) {
        this.maxConnections = maxConnections;
    }

    public long getReceiveTimeout() {
        return receiveTimeout;
    }

    /** How long a client may take to send a request, and to take its answer. */
    public void setReceiveTimeout(long receiveTimeout) {
        this.receiveTimeout = receiveTimeout;
    }

    public long getIdleTimeout() {
        return idleTimeout;
    }

    /** How long a connection is kept without a request. */
    public void setIdleTimeout(long idleTimeout) {
        this.idleTimeout = idleTimeout;
    }

    public long getStopTimeout() {
        return stopTimeout;
    }

    /** How long a stop waits for the requests that were accepted. */
    public void setStopTimeout(long stopTimeout) {
        this.stopTimeout = stopTimeout;
    }

    public boolean isImageUrls() {
        return imageUrls;
    }

    /**
     * Whether images may be given as URLs, which the server then fetches: over https, from public addresses. Others are refused in
     * any case.
     */
    public void setImageUrls(boolean imageUrls) {
        this.imageUrls = imageUrls;
    }
}
