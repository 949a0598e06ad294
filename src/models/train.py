"""Trains PartsNetwork on the chunks that dataset.py writes, for a fixed time.

    python3 train.py --minutes 45 --chunks out/chunks --out out/parts.pt

New chunks are picked up while training. Only the moving average of the weights is saved: it is what gets
exported.
"""

import argparse
import copy
import math
import os
import random
import threading
import time
from collections import Counter
from pathlib import Path
from queue import Queue

import numpy as np
import torch
from torch.nn import functional

from dataset import load_chunk
from losses import Batch, compute_losses
from network import PartsNetwork

BATCH_SIZE = 32
LEARNING_RATE = 2.5e-3
WARM_UP_STEPS = 150
WEIGHT_DECAY = 0.02
AVERAGE_DECAY = 0.98
"""Decay of the moving average of the weights. 0.998 lagged behind in runs of under a thousand steps."""

SAVE_EVERY_SECONDS = 90
LOG_EVERY_STEPS = 25
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)


class Chunks:
    """The training scenes in a folder of chunks, to which more may be added meanwhile."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.chunks = {}

    def refresh(self):
        for path in sorted(self.folder.glob("[0-9]*")):
            if path.suffix != ".partial" and path not in self.chunks:
                self.chunks[path] = load_chunk(path)

    def __len__(self):
        return sum(len(chunk["images"]) for chunk in list(self.chunks.values()))

    def random_sample(self):
        """One scene's arrays by name, as copies."""
        chunk = random.choice(list(self.chunks.values()))
        index = random.randrange(len(chunk["images"]))
        return {name: np.array(array[index]) for name, array in chunk.items()}


def augment(sample):
    """Mirrors and transposes a scene at random and changes its colours; the image becomes float32, 0..1."""
    if random.random() < 0.5:
        _mirror(sample, horizontally=True)
    if random.random() < 0.5:
        _mirror(sample, horizontally=False)
    if random.random() < 0.5:
        _transpose(sample)
    sample["images"] = _recolour(sample["images"].astype(np.float32) / 255)
    return sample


def _mirror(sample, horizontally):
    size = sample["images"].shape[0]
    first, last, axis = (0, 2, 1) if horizontally else (1, 3, 0)
    for name in ("images", "instances", "semantics"):
        sample[name] = np.flip(sample[name], axis)
    present = sample["class_ids"] >= 0
    boxes = sample["boxes"].copy()
    boxes[present, first] = size - sample["boxes"][present, last]
    boxes[present, last] = size - sample["boxes"][present, first]
    sample["boxes"] = boxes
    sample["key_points"][present, :, first] = size - sample["key_points"][present, :, first]


def _transpose(sample):
    for name in ("images", "instances", "semantics"):
        sample[name] = np.swapaxes(sample[name], 0, 1)
    sample["boxes"] = sample["boxes"][:, [1, 0, 3, 2]]
    sample["key_points"] = sample["key_points"][:, :, [1, 0, 2]]


def _recolour(image):
    choice = random.random()
    if choice < 0.10:
        return np.repeat((image @ LUMINANCE)[..., None], 3, 2)
    if choice < 0.70:
        gain = random.uniform(0.7, 1.3) * np.random.uniform(0.92, 1.08, 3).astype(np.float32)
        return image * gain + random.uniform(-0.06, 0.06)
    return image


def make_batch(chunks, size):
    """A Batch of random scenes, scaled to size x size."""
    samples = [augment(chunks.random_sample()) for _ in range(BATCH_SIZE)]
    stacked = {name: torch.from_numpy(np.stack([sample[name] for sample in samples])) for name in samples[0]}
    images = stacked["images"].permute(0, 3, 1, 2).contiguous().clamp_(0, 1)
    scale = size / images.shape[-1]
    if scale != 1:
        smooth = random.random() < 0.5
        images = functional.interpolate(images, size=(size, size), mode="bilinear", antialias=smooth)
    stacked["key_points"][..., :2] *= scale
    return Batch(
        images=images,
        instances=_pick_pixels(stacked["instances"], size // 4),
        semantics=_pick_pixels(stacked["semantics"], size // 2),
        boxes=stacked["boxes"] * scale,
        class_ids=stacked["class_ids"],
        key_points=stacked["key_points"],
        instance_ids=stacked["instance_ids"],
    )


def _pick_pixels(labels, size):
    """Label maps [batch, n, n] reduced to size x size, nearest neighbour."""
    index = ((torch.arange(size) + 0.5) * labels.shape[-1] / size).long()
    return labels[:, index][:, :, index]


def input_size(progress):
    """Small images first: they cost half as much and teach the coarse shapes. `progress` is 0..1."""
    if progress < 0.42:
        return 224
    return random.choice([256, 288, 320]) if progress < 0.6 else 320


def learning_rate(progress, step):
    warm_up = min(1, (step + 1) / WARM_UP_STEPS)
    cosine = 0.5 * (1 + math.cos(math.pi * max(0, progress - 0.1) / 0.9))
    return LEARNING_RATE * warm_up * (cosine * 0.98 + 0.02)


class WeightAverage:
    """The exponential moving average of a network's weights."""

    def __init__(self, network):
        self.network = copy.deepcopy(network)
        self.steps = 0

    @torch.no_grad()
    def update(self, network):
        self.steps += 1
        decay = min(AVERAGE_DECAY, self.steps / (20 + self.steps))
        for average, current in zip(self.network.state_dict().values(), network.state_dict().values()):
            if average.dtype.is_floating_point:
                average.mul_(decay).add_(current, alpha=1 - decay)
            else:
                average.copy_(current)

    def save(self, path):
        partial = f"{path}.partial"
        torch.save(self.network.state_dict(), partial)
        os.replace(partial, path)


class BatchFeeder:
    """Prepares batches in a thread of its own; `size` is that of the next batch to be made."""

    def __init__(self, chunks):
        self.chunks = chunks
        self.size = input_size(0)
        self.queue = Queue(4)
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self):
        while True:
            self.queue.put(make_batch(self.chunks, self.size))

    def next(self):
        return self.queue.get()


def make_optimizer(network):
    """AdamW, without weight decay on biases and normalisations."""
    groups = [
        {"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": WEIGHT_DECAY},
        {"params": [p for p in network.parameters() if p.ndim <= 1], "weight_decay": 0},
    ]
    return torch.optim.AdamW(groups, lr=LEARNING_RATE, betas=(0.9, 0.99))


def train(network, chunks, seconds, out):
    """Trains for the given time. Progress is time, so the schedule always reaches its end."""
    average = WeightAverage(network)
    optimizer = make_optimizer(network)
    feeder = BatchFeeder(chunks)
    log = TrainingLog()
    network.train()
    start = saved = time.time()
    while True:
        progress = (time.time() - start) / seconds
        if progress >= 1:
            break
        feeder.size = input_size(progress)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(progress, log.step)
        batch = feeder.next()
        losses = train_step(network, optimizer, batch)
        average.update(network)
        if log.add(losses, batch.images.shape[-1]):
            chunks.refresh()
        if time.time() - saved > SAVE_EVERY_SECONDS:
            average.save(out)
            saved = time.time()
    average.save(out)
    print(f"{log.step} steps, {log.step * BATCH_SIZE} images, {time.time() - start:.0f} s")


def train_step(network, optimizer, batch):
    """One step of the optimizer; returns the losses by name."""
    losses = compute_losses(network, batch)
    optimizer.zero_grad()
    sum(losses.values()).backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 10.0)
    optimizer.step()
    return {name: loss.item() for name, loss in losses.items()}


class TrainingLog:
    """Counts the steps and prints the mean losses now and then."""

    def __init__(self):
        self.step = 0
        self.start = self.printed = time.time()
        self.totals = Counter()

    def add(self, losses, size):
        """Returns whether it has printed."""
        self.step += 1
        self.totals.update(losses)
        if self.step % LOG_EVERY_STEPS:
            return False
        now = time.time()
        per_image = (now - self.printed) / LOG_EVERY_STEPS / BATCH_SIZE * 1000
        text = " ".join(f"{name} {total / LOG_EVERY_STEPS:.3f}" for name, total in self.totals.items())
        print(
            f"{now - self.start:5.0f} s, step {self.step}, {size} px, {per_image:.0f} ms/image, {text}",
            flush=True,
        )
        self.printed, self.totals = now, Counter()
        return True


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--chunks", required=True, help="folder of chunks from dataset.py")
    parser.add_argument("--out", required=True, help="the checkpoint to write")
    parser.add_argument("--init", help="a checkpoint to start from")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for seed in (random.seed, np.random.seed, torch.manual_seed):
        seed(0)
    network = PartsNetwork()
    if arguments.init:
        network.load_state_dict(torch.load(arguments.init))
    chunks = Chunks(arguments.chunks)
    chunks.refresh()
    while not chunks.chunks:
        time.sleep(2)
        chunks.refresh()
    train(network, chunks, arguments.minutes * 60, arguments.out)


if __name__ == "__main__":
    main()
