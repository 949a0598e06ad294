package io.github.camelroboflow.component;

import static io.github.camelroboflow.inference.InferenceOption.TILE;

import io.github.camelroboflow.embedded.session.EmbeddedSettings;
import io.github.camelroboflow.embedded.session.EmbeddedSettings.ExecutionProvider;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.http.ImageBody.ImageInput;
import io.github.camelroboflow.hosted.http.RoboflowHost;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.Task;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options of a {@code roboflow:} endpoint, and their defaults on the component: the options of the engine, besides the options
 * of an inference.
 */
@UriParams
@Configurer
public class RoboflowConfiguration extends InferenceConfiguration {

    /** Enough messages at a time to reach the request rate that Roboflow's servers accept, at their response time. */
    private static final int HOSTED_CONCURRENCY = 16;

    @UriParam(label = "common", defaultValue = "hosted", enums = "hosted,embedded")
    private InferenceRuntime runtime = InferenceRuntime.HOSTED;
    @UriParam(label = "common", defaultValue = "serverless")
    private String apiUrl = "serverless";
    @UriParam(label = "common", enums = "object-detection,instance-segmentation,keypoint-detection,classification,"
                                       + "multi-label-classification,semantic-segmentation")
    private String task;
    @UriParam(label = "common", defaultValue = "file", enums = "file,base64,url")
    private ImageInput imageInput = ImageInput.FILE;
    @UriParam(label = "common", defaultValue = "models")
    private String modelsDirectory = "models";
    @UriParam(label = "common", defaultValue = "0", javaType = "java.time.Duration")
    private long cacheTtl;
    @UriParam(label = "advanced", defaultValue = "50000000")
    private long cacheSize = HostedSettings.Cache.NONE.size();
    @UriParam(label = "advanced", defaultValue = "https://api.roboflow.com")
    private String weightsUrl = RoboflowHost.PLATFORM.toString();
    @UriParam(label = "advanced", defaultValue = "1h", javaType = "java.time.Duration")
    private long weightsTimeout = Duration.ofHours(1).toMillis();
    @UriParam(label = "advanced", defaultValue = "0")
    private int intraOpThreads = EmbeddedSettings.DEFAULTS.intraOpThreads();
    @UriParam(label = "advanced", defaultValue = "cpu", enums = "cpu,cuda")
    private ExecutionProvider executionProvider = EmbeddedSettings.DEFAULTS.executionProvider();
    @UriParam(label = "advanced", defaultValue = "8")
    private int maxLoadedModels = EmbeddedSettings.DEFAULTS.maxLoadedModels();
    @UriParam(label = "common", defaultValue = "0")
    private int maxConcurrentRequests;
    @UriParam(label = "common", defaultValue = "0")
    private String workers = "0";
    @UriParam(label = "common", defaultValue = "block", enums = "block,fail")
    private WhenFull whenFull = WhenFull.BLOCK;
    @UriParam(label = "common", defaultValue = "true")
    private boolean failFast = true;
    @UriParam(label = "common,security")
    private String allowedModels;
    @UriParam(label = "advanced")
    @Metadata(autowired = false)
    private InferenceEngine engine;

    /**
     * Returns the task that the options name; empty if they name none.
     *
     * @throws IllegalArgumentException if it is no task
     */
    Optional<Task> knownTask() {
        if (task == null) {
            return Optional.empty();
        }
        return Optional.of(Task.of(task.strip()).orElseThrow(() -> new IllegalArgumentException("task=" + task
                + " is no task: known are " + Arrays.toString(Task.values()))));
    }

    /** @throws IllegalArgumentException naming the option that is out of its range */
    HostedSettings.Cache cache() {
        return new HostedSettings.Cache(Duration.ofMillis(cacheTtl), cacheSize);
    }

    /**
     * @throws IllegalArgumentException naming the option that is wrong for the runtime, or for the server
     */
    void checkRuntime() {
        knownTask();
        embeddedSettings();
        if (runtime == InferenceRuntime.EMBEDDED && imageInput == ImageInput.URL) {
            throw new IllegalArgumentException("imageInput=url is for runtime=hosted: runtime=embedded does not fetch images");
        }
        if (getMaxImageSize() > 0 && (runtime == InferenceRuntime.EMBEDDED || imageInput == ImageInput.URL)) {
            throw new IllegalArgumentException("maxImageSize=" + getMaxImageSize()
                    + " is for images that are sent to a server, not for "
                    + (runtime == InferenceRuntime.EMBEDDED ? "runtime=embedded" : "imageInput=url"));
        }
        if (inferenceOptions().isChanged(TILE) && runtime == InferenceRuntime.HOSTED && engine == null) {
            throw new IllegalArgumentException("tile=" + getTile()
                    + " is for runtime=embedded: a server gets each image as a whole");
        }
    }

    /**
     * Returns the settings of runtime=embedded.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    EmbeddedSettings embeddedSettings() {
        return new EmbeddedSettings(intraOpThreads, executionProvider, maxLoadedModels);
    }

    /** Returns the server of runtime=hosted. */
    RoboflowHost host() {
        return RoboflowHost.of(apiUrl, knownTask().orElse(null));
    }

    /** Returns the form in which the image is read from a message. */
    MessageImages.Reading reading() {
        return runtime != InferenceRuntime.HOSTED || engine != null ? MessageImages.Reading.INTO_MEMORY
                : imageInput == ImageInput.URL ? MessageImages.Reading.AS_URL : MessageImages.Reading.FROM_DISK;
    }

    /** Returns the number of messages that an endpoint works on at a time. */
    int concurrencyLimit() {
        if (maxConcurrentRequests < 0) {
            throw new IllegalArgumentException("maxConcurrentRequests=" + maxConcurrentRequests
                    + " is out of range: it must be 1 or more, or 0 for twice the number of processors, or 16 for runtime=hosted");
        }
        int standard = runtime == InferenceRuntime.HOSTED ? HOSTED_CONCURRENCY
                : 2 * java.lang.Runtime.getRuntime().availableProcessors();
        return maxConcurrentRequests == 0 ? standard : maxConcurrentRequests;
    }

    @Override
    protected RoboflowConfiguration copy() {
        return (RoboflowConfiguration) super.copy();
    }

    public InferenceRuntime getRuntime() {
        return runtime;
    }

    /** The place where the model runs: hosted is a server over HTTP, embedded is this JVM. */
    public void setRuntime(InferenceRuntime runtime) {
        this.runtime = runtime;
    }

    public String getApiUrl() {
        return apiUrl;
    }

    /**
     * The server: serverless is Roboflow's cloud, serverless-eu the European one, v1 are its older hosts (with the option
     * task); or an address, such as https://my-deployment.roboflow.cloud or http://localhost:9001.
     */
    public void setApiUrl(String apiUrl) {
        this.apiUrl = apiUrl;
    }

    public String getTask() {
        return task;
    }

    /**
     * For runtime=hosted: the task of the model. Only apiUrl=v1 requires it, to choose the host; otherwise it is known from the
     * answers, unless they are empty.
     */
    public void setTask(String task) {
        this.task = task;
    }

    public ImageInput getImageInput() {
        return imageInput;
    }

    /**
     * For runtime=hosted: the form in which an image is sent to the server: file sends its bytes as they are, base64 sends them as
     * text, which is a third longer, and with url the body is the URL of an image, as text, for the server to fetch.
     */
    public void setImageInput(ImageInput imageInput) {
        this.imageInput = imageInput;
    }

    public String getModelsDirectory() {
        return modelsDirectory;
    }

    /**
     * For runtime=embedded: the directory that holds the models, each in a folder of its own named like the target, such as
     * my-project/3. With an API key, a model that is missing there is fetched from Roboflow at the start.
     */
    public void setModelsDirectory(String modelsDirectory) {
        this.modelsDirectory = modelsDirectory;
    }

    public long getCacheTtl() {
        return cacheTtl;
    }

    /**
     * For runtime=hosted: the time that an answer is kept, so that the same image with the same model and options is requested
     * once, even by many messages at a time. 0 keeps none. Requires com.github.ben-manes.caffeine:caffeine. Images that the server
     * fetches (imageInput=url, or a URL as the body) are requested each time.
     */
    public void setCacheTtl(long cacheTtl) {
        this.cacheTtl = cacheTtl;
    }

    public long getCacheSize() {
        return cacheSize;
    }

    /**
     * The number of bytes of answers that are kept, as JSON. Above it, the answers that are least likely to be requested again are
     * removed.
     */
    public void setCacheSize(long cacheSize) {
        this.cacheSize = cacheSize;
    }

    public String getWeightsUrl() {
        return weightsUrl;
    }

    /** For runtime=embedded: the address from which models are fetched that are not in modelsDirectory. */
    public void setWeightsUrl(String weightsUrl) {
        this.weightsUrl = weightsUrl;
    }

    public long getWeightsTimeout() {
        return weightsTimeout;
    }

    /** For runtime=embedded: the longest time to fetch a model, including all its files and tries. */
    public void setWeightsTimeout(long weightsTimeout) {
        this.weightsTimeout = weightsTimeout;
    }

    public int getIntraOpThreads() {
        return intraOpThreads;
    }

    /**
     * For runtime=embedded: the number of threads that run one image. 0 is one thread while several images are in progress, which
     * gives the most images per second, and one for each processor, up to 8, for a single image. Any other number saves the memory
     * of a second session.
     */
    public void setIntraOpThreads(int intraOpThreads) {
        this.intraOpThreads = intraOpThreads;
    }

    public ExecutionProvider getExecutionProvider() {
        return executionProvider;
    }

    /**
     * For runtime=embedded: the device that models run on: cpu, or cuda, a graphics card by NVIDIA, which requires
     * com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime on the class path.
     */
    public void setExecutionProvider(ExecutionProvider executionProvider) {
        this.executionProvider = executionProvider;
    }

    public int getMaxLoadedModels() {
        return maxLoadedModels;
    }

    /**
     * For runtime=embedded: the number of models that may be in memory. When another one is needed, the least recently used one is
     * unloaded, and loaded again for its next image. A model in use is never unloaded.
     */
    public void setMaxLoadedModels(int maxLoadedModels) {
        this.maxLoadedModels = maxLoadedModels;
    }

    public int getMaxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /**
     * The number of messages that the endpoint works on at a time, for all its callers. 0 is twice the number of processors, or 16
     * for runtime=hosted.
     */
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

    public boolean isFailFast() {
        return failFast;
    }

    /** Whether one bad image fails the whole batch. If false, an InferenceFailure takes the place of its result. */
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    public String getAllowedModels() {
        return allowedModels;
    }

    /**
     * The models that a message may choose with the header CamelRoboflowModel: names separated by commas, such as
     * helmets/3,bolts/1. An asterisk in a name stands for any characters except a slash. Without this option the header is refused.
     */
    public void setAllowedModels(String allowedModels) {
        this.allowedModels = allowedModels;
    }

    public InferenceEngine getEngine() {
        return engine;
    }

    /** An engine of your own to use instead of the one that runtime names; it is never closed by the component. */
    public void setEngine(InferenceEngine engine) {
        this.engine = engine;
    }

    /** The reaction to a message above the concurrency limit of an endpoint. */
    public enum WhenFull {
        /** The caller waits, so that a consumer reads no more messages than are in progress. */
        BLOCK,
        /** The message fails at once with a {@link io.github.camelroboflow.inference.RoboflowUnavailableException}. */
        FAIL
    }

    /** The place where a model runs. */
    public enum InferenceRuntime {
        /** On Roboflow's servers, a dedicated deployment, or a self-hosted server, over HTTP. */
        HOSTED,
        /** In this JVM. */
        EMBEDDED
    }
}
