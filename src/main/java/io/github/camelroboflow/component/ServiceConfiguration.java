package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import java.time.Duration;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of all schemes that ask a server for something else than a model's result. */
@UriParams
@Configurer
public abstract class ServiceConfiguration extends ConnectionConfiguration {

    /** Enough for the rate that Roboflow's servers take, at the time that they take. */
    private static final int DEFAULT_CONCURRENCY = 16;

    @UriParam(label = "common", defaultValue = "16")
    private int maxConcurrentRequests = DEFAULT_CONCURRENCY;
    @UriParam(label = "common", defaultValue = "block", enums = "block,fail")
    private WhenFull whenFull = WhenFull.BLOCK;
    @UriParam(label = "common", defaultValue = "2m", javaType = "java.time.Duration")
    private long requestTimeout = Duration.ofMinutes(2).toMillis();

    /**
     * The server that is asked.
     *
     * @param models what the {@code roboflow} component has for models
     * @throws IllegalArgumentException naming the option that is wrong
     */
    protected abstract RoboflowHost host(RoboflowConfiguration models);

    /** @throws IllegalArgumentException naming the option that is wrong */
    protected void validate() {
        atLeastOne("maxConcurrentRequests", maxConcurrentRequests);
        atLeastOne("requestTimeout", requestTimeout);
    }

    private static void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + "=" + value + " is out of range: it must be 1 or more");
        }
    }

    /** How an image gets to the server. */
    public abstract ImageInput getImageInput();

    public int getMaxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /**
     * How many messages the endpoint works on at a time, from the image to the end of the route that follows on the same thread.
     */
    public void setMaxConcurrentRequests(int maxConcurrentRequests) {
        this.maxConcurrentRequests = maxConcurrentRequests;
    }

    public WhenFull getWhenFull() {
        return whenFull;
    }

    /** What happens to a message above maxConcurrentRequests: block makes its caller wait, fail fails it at once. */
    public void setWhenFull(WhenFull whenFull) {
        this.whenFull = whenFull;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    /** How long the server's work on a message may take, all tries and the waits between them included. */
    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }
}
