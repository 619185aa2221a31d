"""Writes sonata_edges.h5 and sonata_nodes.h5 beside it, by h5py: edges from 5 nodes to 7, in two groups of edges and a
population of another name, by the layout of SONATA's developer guide.  tests/brain/test_sonata.c has the same numbers.
"""
import os

import h5py
import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
n, first = 24, 14  # edges; those of group 0
k = np.arange(n)

with h5py.File(os.path.join(here, "sonata_edges.h5"), "w") as f:
    f.attrs["magic"] = np.uint32(0x0A7A)
    f.attrs["version"] = np.array([0, 1], dtype=np.uint32)
    p = f.create_group("edges/pre_to_post")
    p.create_dataset("source_node_id", data=(k % 5).astype(np.uint64), compression="gzip")
    p.create_dataset("target_node_id", data=(3 * k % 7).astype(np.uint64), chunks=(5,))
    p["source_node_id"].attrs["node_population"] = "pre"
    p["target_node_id"].attrs["node_population"] = np.bytes_("post")
    p.create_dataset("edge_type_id", data=(100 + k % 2).astype(np.uint32))
    p.create_dataset("edge_group_id", data=(k >= first).astype(np.uint16))
    p.create_dataset("edge_group_index", data=np.where(k < first, first - 1 - k, k - first).astype(np.uint32))
    own = np.arange(first)[::-1]  # of the group's rows: edges, from the last on
    p.create_dataset("0/syn_weight", data=0.5 + own)
    p.create_dataset("0/delay", data=(1 + 0.1 * (own % 5)).astype(np.float32))
    later = np.arange(first, n)
    p.create_dataset("1/nsyns", data=(1 + later % 3).astype(np.uint16))
    p.create_dataset("1/afferent_section_id", data=(later % 2).astype(np.int32))
    p.create_dataset("1/afferent_section_pos", data=np.full(n - first, 0.75))
    f.create_group("edges/nothing")

with h5py.File(os.path.join(here, "sonata_nodes.h5"), "w") as f:
    for name, count in ("pre", 5), ("post", 7):
        p = f.create_group("nodes/" + name)
        p.create_dataset("node_type_id", data=np.full(count, 100, dtype=np.uint64))
        p.create_dataset("node_group_id", data=np.zeros(count, dtype=np.uint32))
        p.create_dataset("node_group_index", data=np.arange(count, dtype=np.uint64))
        p.create_group("0")
