"""Writes sonata_edges.h5 and sonata_nodes.h5, which sonata.yaml reads: 20 thalamic sources, 80 excitatory and 20
inhibitory cells of a cortex, by h5py and the layout of SONATA.   python3 sonata.py
"""
import h5py
import numpy as np

rng = np.random.default_rng(1)
sizes = {"thalamus": 20, "cortex": 100}
is_inhibitory = np.arange(100) >= 80


def pairs(n_source, n_target, probability):
    target, source = np.nonzero(rng.random((n_target, n_source)) < probability)
    return source, target


def write(file, name, source_name, target_name, source, target, types, **columns):
    p = file.create_group("edges/" + name)
    for key, value, nodes in ("source", source, source_name), ("target", target, target_name):
        p.create_dataset(key + "_node_id", data=value.astype(np.uint64), compression="gzip", shuffle=True)
        p[key + "_node_id"].attrs["node_population"] = nodes
    p.create_dataset("edge_type_id", data=types.astype(np.uint16), compression="gzip")
    p.create_dataset("edge_group_id", data=np.zeros(len(source), np.uint8), compression="gzip")
    p.create_dataset("edge_group_index", data=np.arange(len(source), dtype=np.uint32), compression="gzip", shuffle=True)
    group = p.create_group("0")
    for key, value in columns.items():
        group.create_dataset(key, data=value, compression="gzip", shuffle=True)


with h5py.File("sonata_edges.h5", "w") as f:
    source, target = pairs(20, 100, 0.3)
    write(f, "thalamus_to_cortex", "thalamus", "cortex", source, target, np.full(len(source), 10),
          syn_weight=np.float32(rng.normal(300, 30, len(source)).round(1)))
    source, target = pairs(100, 100, 0.1)
    types = 100 + 2 * is_inhibitory[source] + is_inhibitory[target]
    write(f, "cortex_to_cortex", "cortex", "cortex", source, target, types,
          delay=np.float32(rng.uniform(1, 3, len(source)).round(1)))

with h5py.File("sonata_nodes.h5", "w") as f:
    for name, n in sizes.items():
        p = f.create_group("nodes/" + name)
        p.create_dataset("node_type_id", data=np.full(n, 1, np.uint16))
        p.create_dataset("node_group_id", data=np.zeros(n, np.uint8))
        p.create_dataset("node_group_index", data=np.arange(n, dtype=np.uint32))
        p.create_group("0")
