"""Networks: layers, initialisers, optimisers, a training loop, and the exam's table of shapes and parameters.

Layers are compositions of the functions of `functional`; nothing here knows a derivative. Parameters are nested dicts
of arrays, which every transform accepts. Whatever draws at random takes an explicit np.random.Generator.
"""

from . import init, optim
from .activations import ELU, GELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softmax, Softplus, Tanh
from .architecture import parse_architecture
from .attention import MultiHeadAttention, causal_mask
from .cifar10 import Cifar10, load_cifar10
from .convolution import Conv1d, Conv2d
from .files import load, save
from .grid_search import GridSearch, grid_search
from .history import History
from .linear import Dropout, Embedding, Flatten, FullyConnected, Linear
from .module import Module, frames
from .normalization import BatchNorm1d, BatchNorm2d, LayerNorm
from .pooling import AvgPool1d, AvgPool2d, MaxPool1d, MaxPool2d
from .recurrent import GRU, LSTM, RNN, GRUCell, LSTMCell, RNNCell
from .sequential import Sequential
from .summary import Summary, summary
from .trainer import Trainer, accuracy
from .transformer import TransformerDecoderLayer, TransformerEncoderLayer

__all__ = [
    "ELU",
    "GELU",
    "GRU",
    "LSTM",
    "RNN",
    "AvgPool1d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Cifar10",
    "Conv1d",
    "Conv2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "FullyConnected",
    "GRUCell",
    "GridSearch",
    "History",
    "LSTMCell",
    "LayerNorm",
    "LeakyReLU",
    "Linear",
    "MaxPool1d",
    "MaxPool2d",
    "Module",
    "MultiHeadAttention",
    "RNNCell",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Summary",
    "Tanh",
    "Trainer",
    "TransformerDecoderLayer",
    "TransformerEncoderLayer",
    "accuracy",
    "causal_mask",
    "frames",
    "grid_search",
    "init",
    "load",
    "load_cifar10",
    "optim",
    "parse_architecture",
    "save",
    "summary",
]
