package io.github.camelroboflow.component;

import io.github.camelroboflow.embedded.EmbeddedSettings;
import io.github.camelroboflow.embedded.ExecutionProvider;
import io.github.camelroboflow.hosted.ImageInput;
import io.github.camelroboflow.hosted.RoboflowHost;
import io.github.camelroboflow.inference.InferenceEngine;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.MaskDecodeMode;
import io.github.camelroboflow.inference.ResponseMaskFormat;
import io.github.camelroboflow.inference.ResultFormat;
import io.github.camelroboflow.inference.Task;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/** The options of a {@code roboflow:} endpoint, and their defaults on the component. */
@UriParams
@Configurer
public class RoboflowConfiguration extends ConnectionConfiguration {

    /** Enough for the rate that Roboflow's servers take, at the time that they take. */
    private static final int HOSTED_PLACES = 16;

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
    @UriParam(label = "common", defaultValue = "0.4")
    private String confidence = "0.4";
    @UriParam(label = "common", defaultValue = "0.3")
    private String overlap = "0.3";
    @UriParam(label = "common", defaultValue = "300")
    private int maxDetections = InferenceOptions.DEFAULTS.maxDetections();
    @UriParam(label = "common")
    private String classes;
    @UriParam(label = "common")
    private boolean classAgnosticNms;
    @UriParam(label = "advanced")
    private boolean disablePreprocAutoOrient;
    @UriParam(label = "advanced")
    private boolean disablePreprocContrast;
    @UriParam(label = "advanced")
    private boolean disablePreprocGrayscale;
    @UriParam(label = "advanced")
    private boolean disablePreprocStaticCrop;
    @UriParam(label = "advanced")
    private boolean allowTruncatedImages;
    @UriParam(label = "advanced", defaultValue = "100000000")
    private long maxPixels = InferenceOptions.DEFAULTS.maxPixels();
    @UriParam(label = "common", defaultValue = "json", enums = "json,image,image_and_json")
    private ResultFormat format = InferenceOptions.DEFAULTS.format();
    @UriParam(label = "common")
    private boolean labels;
    @UriParam(label = "common", defaultValue = "1")
    private int stroke = InferenceOptions.DEFAULTS.stroke();
    @UriParam(label = "advanced", defaultValue = "0")
    private String keypointConfidence = "0";
    @UriParam(label = "advanced", defaultValue = "accurate", enums = "accurate,fast,tradeoff")
    private MaskDecodeMode maskDecodeMode = InferenceOptions.DEFAULTS.maskDecodeMode();
    @UriParam(label = "advanced", defaultValue = "0")
    private double tradeoffFactor = InferenceOptions.DEFAULTS.tradeoffFactor();
    @UriParam(label = "advanced", defaultValue = "polygon", enums = "polygon,rle")
    private ResponseMaskFormat responseMaskFormat = InferenceOptions.DEFAULTS.responseMaskFormat();
    @UriParam(label = "advanced", defaultValue = "0")
    private int maxImageSize = InferenceOptions.DEFAULTS.maxImageSize();
    @UriParam(label = "advanced")
    private boolean reducedDecoding;
    @UriParam(label = "common", defaultValue = "0")
    private String tile = "0";
    @UriParam(label = "common", defaultValue = "0.2")
    private String tileOverlap = "0.2";
    @UriParam(label = "common", defaultValue = "0")
    private int maxConcurrentRequests;
    @UriParam(label = "common", defaultValue = "block", enums = "block,fail")
    private WhenFull whenFull = WhenFull.BLOCK;
    @UriParam(label = "common", defaultValue = "true")
    private boolean failFast = true;
    @UriParam(label = "common", defaultValue = "2m", javaType = "java.time.Duration")
    private long requestTimeout = InferenceOptions.DEFAULTS.requestTimeout().toMillis();
    @UriParam(label = "advanced")
    @Metadata(autowired = false)
    private InferenceEngine engine;

    /**
     * How these options ask an engine.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    InferenceOptions inferenceOptions() {
        return InferenceOptions.builder()
                .confidence(Fraction.parse("confidence", confidence))
                .overlap(Fraction.parse("overlap", overlap))
                .maxDetections(maxDetections)
                .classes(classNames(classes))
                .classAgnosticNms(classAgnosticNms)
                .disablePreprocAutoOrient(disablePreprocAutoOrient)
                .disablePreprocContrast(disablePreprocContrast)
                .disablePreprocGrayscale(disablePreprocGrayscale)
                .disablePreprocStaticCrop(disablePreprocStaticCrop)
                .allowTruncatedImages(allowTruncatedImages)
                .maxPixels(maxPixels)
                .requestTimeout(Duration.ofMillis(requestTimeout))
                .format(format)
                .labels(labels)
                .stroke(stroke)
                .keypointConfidence(Fraction.parse("keypointConfidence", keypointConfidence))
                .maskDecodeMode(maskDecodeMode)
                .tradeoffFactor(tradeoffFactor)
                .responseMaskFormat(responseMaskFormat)
                .maxImageSize(maxImageSize)
                .reducedDecoding(reducedDecoding)
                .tile(TileSize.parse("tile", tile))
                .tileOverlap(Fraction.parse("tileOverlap", tileOverlap))
                .build();
    }

    /**
     * What the model does, where that is said; empty otherwise.
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

    /**
     * @throws IllegalArgumentException naming the option that is wrong for the runtime, or for the server
     */
    void checkRuntime() {
        knownTask();
        embeddedSettings();
        if (runtime == InferenceRuntime.EMBEDDED && imageInput == ImageInput.URL) {
            throw new IllegalArgumentException("imageInput=url is for runtime=hosted: in this JVM nobody fetches images");
        }
        if (maxImageSize > 0 && (runtime == InferenceRuntime.EMBEDDED || imageInput == ImageInput.URL)) {
            throw new IllegalArgumentException("maxImageSize=" + maxImageSize + " is for images that are sent to a server, not for "
                    + (runtime == InferenceRuntime.EMBEDDED ? "runtime=embedded" : "imageInput=url"));
        }
        if (inferenceOptions().tiled() && runtime == InferenceRuntime.HOSTED && engine == null) {
            throw new IllegalArgumentException("tile=" + tile + " is for runtime=embedded: a server gets each image as a whole");
        }
    }

    /**
     * How runtime=embedded runs models.
     *
     * @throws IllegalArgumentException naming the option that is wrong
     */
    EmbeddedSettings embeddedSettings() {
        return new EmbeddedSettings(intraOpThreads, executionProvider, maxLoadedModels);
    }

    /** The server of runtime=hosted. */
    RoboflowHost host() {
        return RoboflowHost.of(apiUrl, knownTask().orElse(null));
    }

    /** How the image is found in a message. */
    MessageImages.Reading reading() {
        return runtime != InferenceRuntime.HOSTED || engine != null ? MessageImages.Reading.INTO_MEMORY
                : imageInput == ImageInput.URL ? MessageImages.Reading.AS_URL : MessageImages.Reading.FROM_DISK;
    }

    /** How many messages an endpoint works on at a time. */
    int places() {
        if (maxConcurrentRequests < 0) {
            throw new IllegalArgumentException("maxConcurrentRequests=" + maxConcurrentRequests
                    + " is out of range: it must be 1 or more, or 0 for twice the number of processors, or 16 for runtime=hosted");
        }
        int standard = runtime == InferenceRuntime.HOSTED ? HOSTED_PLACES : 2 * java.lang.Runtime.getRuntime().availableProcessors();
        return maxConcurrentRequests == 0 ? standard : maxConcurrentRequests;
    }

    static List<String> classNames(String commaList) {
        return commaList == null ? List.of()
                : Arrays.stream(commaList.split(",")).map(String::strip).filter(name -> !name.isEmpty()).toList();
    }

    @Override
    protected RoboflowConfiguration copy() {
        return (RoboflowConfiguration) super.copy();
    }

    public InferenceRuntime getRuntime() {
        return runtime;
    }

    /** Where the model runs: hosted asks a server over HTTP, embedded runs it in this JVM. */
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
     * For runtime=hosted: what the model does. Only apiUrl=v1 needs it, to choose the host; otherwise the answers tell it, but for an
     * empty one.
     */
    public void setTask(String task) {
        this.task = task;
    }

    public ImageInput getImageInput() {
        return imageInput;
    }

    /**
     * For runtime=hosted: how an image gets to the server: file sends its bytes as they are, base64 sends them as text, a third more,
     * and with url the body is the URL of an image, as text, for the server to fetch.
     */
    public void setImageInput(ImageInput imageInput) {
        this.imageInput = imageInput;
    }

    public String getModelsDirectory() {
        return modelsDirectory;
    }

    /**
     * For runtime=embedded: the directory that holds the models, each in a folder of its own named like the target, such as
     * my-project/3. With an API key, a model that is not there is fetched to there from Roboflow at the start.
     */
    public void setModelsDirectory(String modelsDirectory) {
        this.modelsDirectory = modelsDirectory;
    }

    public String getWeightsUrl() {
        return weightsUrl;
    }

    /** For runtime=embedded: where models are fetched that are not in modelsDirectory. */
    public void setWeightsUrl(String weightsUrl) {
        this.weightsUrl = weightsUrl;
    }

    public long getWeightsTimeout() {
        return weightsTimeout;
    }

    /** For runtime=embedded: how long fetching a model may take, all its files and tries included. */
    public void setWeightsTimeout(long weightsTimeout) {
        this.weightsTimeout = weightsTimeout;
    }

    public int getIntraOpThreads() {
        return intraOpThreads;
    }

    /**
     * For runtime=embedded: how many threads the run of one image uses. 0 is one while several images are worked on, which gives
     * the most images per second, and one for each processor, up to 8, for an image that is alone. Any other number spares the
     * memory of a second session.
     */
    public void setIntraOpThreads(int intraOpThreads) {
        this.intraOpThreads = intraOpThreads;
    }

    public ExecutionProvider getExecutionProvider() {
        return executionProvider;
    }

    /**
     * For runtime=embedded: what models are computed on: cpu, or cuda, a graphics card by NVIDIA, which needs
     * com.microsoft.onnxruntime:onnxruntime_gpu in place of onnxruntime on the class path.
     */
    public void setExecutionProvider(ExecutionProvider executionProvider) {
        this.executionProvider = executionProvider;
    }

    public int getMaxLoadedModels() {
        return maxLoadedModels;
    }

    /**
     * For runtime=embedded: how many models may be in memory. When another one is needed, the one that was not used for the longest
     * time is unloaded, and loaded again for its next image. One that is being used is never unloaded.
     */
    public void setMaxLoadedModels(int maxLoadedModels) {
        this.maxLoadedModels = maxLoadedModels;
    }

    public String getConfidence() {
        return confidence;
    }

    /** Only predictions with a greater confidence are returned: a fraction from 0 to 1, or a percentage such as 40%. */
    public void setConfidence(String confidence) {
        this.confidence = confidence;
    }

    public String getOverlap() {
        return overlap;
    }

    /**
     * Of two boxes of a class that overlap by more than this (intersection over union), only the more confident one is returned: a
     * fraction from 0 to 1, or a percentage such as 30%.
     */
    public void setOverlap(String overlap) {
        this.overlap = overlap;
    }

    public int getMaxDetections() {
        return maxDetections;
    }

    /** At most this many predictions are returned, the most confident ones. */
    public void setMaxDetections(int maxDetections) {
        this.maxDetections = maxDetections;
    }

    public String getClasses() {
        return classes;
    }

    /** Only predictions of these classes are returned: names separated by commas. All classes by default. */
    public void setClasses(String classes) {
        this.classes = classes;
    }

    public boolean isClassAgnosticNms() {
        return classAgnosticNms;
    }

    /** Whether overlapping boxes of different classes are reduced to the most confident one, too. */
    public void setClassAgnosticNms(boolean classAgnosticNms) {
        this.classAgnosticNms = classAgnosticNms;
    }

    public boolean isDisablePreprocAutoOrient() {
        return disablePreprocAutoOrient;
    }

    /** Whether to ignore the orientation that a camera wrote into the image (EXIF). */
    public void setDisablePreprocAutoOrient(boolean disablePreprocAutoOrient) {
        this.disablePreprocAutoOrient = disablePreprocAutoOrient;
    }

    public boolean isDisablePreprocContrast() {
        return disablePreprocContrast;
    }

    /** Whether to skip the contrast step that the model was trained with. */
    public void setDisablePreprocContrast(boolean disablePreprocContrast) {
        this.disablePreprocContrast = disablePreprocContrast;
    }

    public boolean isDisablePreprocGrayscale() {
        return disablePreprocGrayscale;
    }

    /** Whether to skip the grayscale step that the model was trained with. */
    public void setDisablePreprocGrayscale(boolean disablePreprocGrayscale) {
        this.disablePreprocGrayscale = disablePreprocGrayscale;
    }

    public boolean isDisablePreprocStaticCrop() {
        return disablePreprocStaticCrop;
    }

    /** Whether to skip the static crop that the model was trained with. */
    public void setDisablePreprocStaticCrop(boolean disablePreprocStaticCrop) {
        this.disablePreprocStaticCrop = disablePreprocStaticCrop;
    }

    public boolean isAllowTruncatedImages() {
        return allowTruncatedImages;
    }

    /** For runtime=embedded: whether to process an image whose end is missing, as far as it goes, instead of failing it. */
    public void setAllowTruncatedImages(boolean allowTruncatedImages) {
        this.allowTruncatedImages = allowTruncatedImages;
    }

    public long getMaxPixels() {
        return maxPixels;
    }

    /** Images of more pixels (width times height) are refused before memory is taken for them. */
    public void setMaxPixels(long maxPixels) {
        this.maxPixels = maxPixels;
    }

    public ResultFormat getFormat() {
        return format;
    }

    /**
     * What the body becomes: json is the result, image is the image with the result drawn on it, as JPEG, and image_and_json is the
     * result with the drawing within it, as base64.
     */
    public void setFormat(ResultFormat format) {
        this.format = format;
    }

    public boolean isLabels() {
        return labels;
    }

    /** Whether class and confidence are written beside what is drawn on the image. */
    public void setLabels(boolean labels) {
        this.labels = labels;
    }

    public int getStroke() {
        return stroke;
    }

    /** The width of the lines that are drawn on the image, in pixels. */
    public void setStroke(int stroke) {
        this.stroke = stroke;
    }

    public String getKeypointConfidence() {
        return keypointConfidence;
    }

    /** Keypoints with a lower confidence are left out: a fraction from 0 to 1, or a percentage such as 40%. */
    public void setKeypointConfidence(String keypointConfidence) {
        this.keypointConfidence = keypointConfidence;
    }

    public MaskDecodeMode getMaskDecodeMode() {
        return maskDecodeMode;
    }

    /**
     * At which resolution masks of instances are made, by servers that offer a choice: accurate is the image's, fast the network's,
     * tradeoff between the two.
     */
    public void setMaskDecodeMode(MaskDecodeMode maskDecodeMode) {
        this.maskDecodeMode = maskDecodeMode;
    }

    public double getTradeoffFactor() {
        return tradeoffFactor;
    }

    /** For maskDecodeMode=tradeoff: from 0, as fast, to 1, as accurate. */
    public void setTradeoffFactor(double tradeoffFactor) {
        this.tradeoffFactor = tradeoffFactor;
    }

    public ResponseMaskFormat getResponseMaskFormat() {
        return responseMaskFormat;
    }

    /** How masks of instances are told: polygon is the outline of one part, rle are runs of pixels with all parts and holes. */
    public void setResponseMaskFormat(ResponseMaskFormat responseMaskFormat) {
        this.responseMaskFormat = responseMaskFormat;
    }

    public int getMaxImageSize() {
        return maxImageSize;
    }

    /**
     * For runtime=hosted: an image whose longer side has more pixels is made smaller before it is sent, and its predictions are
     * scaled back. 0 is never.
     */
    public void setMaxImageSize(int maxImageSize) {
        this.maxImageSize = maxImageSize;
    }

    public boolean isReducedDecoding() {
        return reducedDecoding;
    }

    /**
     * For runtime=embedded: whether large JPEGs are decoded at a half, a quarter or an eighth of their size where the network
     * sees them smaller still. That is faster, and changes confidences and boxes a little: see "Large JPEGs".
     */
    public void setReducedDecoding(boolean reducedDecoding) {
        this.reducedDecoding = reducedDecoding;
    }

    public String getTile() {
        return tile;
    }

    /**
     * For runtime=embedded: the size in pixels of overlapping tiles, such as 640x640 or 640, that the model runs over besides the
     * whole image, so that it finds what is small in a large image. 0 is none.
     */
    public void setTile(String tile) {
        this.tile = tile;
    }

    public String getTileOverlap() {
        return tileOverlap;
    }

    /**
     * How much of its width and height a tile has at least in common with the next one: a fraction from 0 to below 1, or a
     * percentage such as 20%. The largest of the small objects should fit into it.
     */
    public void setTileOverlap(String tileOverlap) {
        this.tileOverlap = tileOverlap;
    }

    public int getMaxConcurrentRequests() {
        return maxConcurrentRequests;
    }

    /**
     * How many messages the endpoint works on at a time, from the image to the end of the route that follows on the same thread. 0
     * is twice the number of processors, or 16 for runtime=hosted.
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

    public boolean isFailFast() {
        return failFast;
    }

    /** Whether one bad image fails the whole batch; otherwise an InferenceFailure stands in the place of its result. */
    public void setFailFast(boolean failFast) {
        this.failFast = failFast;
    }

    public long getRequestTimeout() {
        return requestTimeout;
    }

    /** How long an inference may take, waiting for a free processor included. */
    public void setRequestTimeout(long requestTimeout) {
        this.requestTimeout = requestTimeout;
    }

    public InferenceEngine getEngine() {
        return engine;
    }

    /** An engine of your own to use instead of the one that runtime names; it is never closed by the component. */
    public void setEngine(InferenceEngine engine) {
        this.engine = engine;
    }
}
