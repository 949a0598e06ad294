package io.github.camelroboflow.component;

import io.github.camelroboflow.component.RoboflowConfiguration.WhenFull;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import java.time.Duration;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of all schemes that call a service other than the inference of a model. */
@UriParams
@Configurer
public abstract class ServiceConfiguration extends ConnectionConfiguration {

    /** Enough messages at a time to reach the request rate that Roboflow's servers accept, at their response time. */
    private static final int DEFAULT_CONCURRENCY = 16;

    @UriParam(label = "common", defaultValue = "16")
    private int maxConcurrentRequests = DEFAULT_CONCURRENCY;
    @UriParam(label = "common", defaultValue = "0")
    private String workers = "0";
    @UriParam(label = "common", defaultValue = "block", enums = "block,fail")
    private WhenFull whenFull = WhenFull.BLOCK;
    @UriParam(label = "common", defaultValue = "2m", javaType = "java.time.Duration")
    private long requestTimeout = Duration.ofMinutes(2).toMillis();

    /**
     * Returns the server of the service.
     *
     * @param models the options of the {@code roboflow} component
     * @throws IllegalArgumentException naming the option that is wrong
     */
    protected abstract RoboflowHost host(RoboflowConfiguration models);

    /** @throws IllegalArgumentException naming the option that is wrong */
    protected void validate() {
        atLeastOne("maxConcurrentRequests", maxConcurrentRequests);
        atLeastOne("requestTimeout", requestTimeout);
        ImageEndpoint.Workers.count(workers, maxConcurrentRequests);
    }

    private static void atLeastOne(String option, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(option + "=" + value + " is out of range: it must be 1 or more");
        }
    }

    /** Returns the form in which an image is sent to the server. */
    public abstract ImageInput getImageInput();

    public int getMaxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /** The number of messages that the endpoint works on at a time, for all its callers. */
    public void setMaxConcurrentRequests(int maxConcurrentRequests) {
        this.maxConcurrentRequests = maxConcurrentRequests;
    }

    public String getWorkers() {
        return workers;
    }

    /**
     * The number of threads of the endpoint's own, for consumers with one thread, such as file; auto is as many as
     * maxConcurrentRequests. They also run the rest of the route, so messages overtake each other, and transactions of callers end
     * before this step. 0 is the caller's thread.
     */
    public void setWorkers(String workers) {
        this.workers = workers;
    }

    public WhenFull getWhenFull() {
        return whenFull;
    }

    /** The reaction to a message above maxConcurrentRequests: block makes its caller wait, fail fails it at once. */
    public void setWhenFull(WhenFull whenFull) {
        this.whenFull = whenFull;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    /** The longest time for the server's work on a message, including all tries and the waits between them. */
    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }
}
